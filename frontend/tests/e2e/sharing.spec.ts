// A team: people are taken in, a workspace is shared with them, and both end at once.
import type { Page } from '@playwright/test'
import { chooseDirectory, openTerminal, terminal, terminalTabs, typeInTerminal, workspaceMenu } from './fixtures/actions'
import { appMenu, expect, fillAccount, type HubProcess, otherBrowser, setUpHub, test } from './fixtures/hub'

test.use({ hubFlags: ['--signup-enabled'] })

async function signUp(page: Page, hub: HubProcess, username: string): Promise<void> {
  await page.goto(`${hub.url}/signup`)
  await fillAccount(page, username)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await expect(page.getByRole('button', { name: 'Application menu' })).toBeVisible()
}

/** A team of the page's user, made and entered by the menu. */
async function foundTeam(page: Page, name: string): Promise<void> {
  await appMenu(page, 'Organization settings...')
  await expect(page.getByRole('heading', { name: 'Organization Settings' })).toBeVisible()
  await expect(page.getByText('Personal', { exact: true })).toBeVisible()
  const create = page.getByRole('region', { name: 'Create Organization' })
  await create.getByRole('textbox', { name: 'Organization name' }).fill(name)
  await create.getByRole('button', { name: 'Create' }).click()
  await expect(create.getByRole('status')).toHaveText(`Organization "${name}" created.`)
  await page.getByRole('link', { name: '<- Dashboard' }).click()
  await page.getByRole('button', { name: 'Application menu' }).click()
  await page.getByRole('menuitemcheckbox', { name }).click()
  await expect(page).toHaveURL(new RegExp(`/o/${name}$`))
}

async function invite(page: Page, username: string): Promise<void> {
  await appMenu(page, 'Organization settings...')
  const members = page.getByRole('region', { name: 'Members' })
  await members.getByRole('textbox', { name: 'Username' }).fill(username)
  await members.getByRole('button', { name: 'Invite' }).click()
  await expect(members.getByRole('status')).toHaveText(`Invited ${username} as member.`)
  await expect(members.getByRole('row', { name: new RegExp(username) })).toBeVisible()
  await page.getByRole('link', { name: '<- Dashboard' }).click()
}

async function shareWith(page: Page, workspace: string, how: string, member?: string): Promise<void> {
  await workspaceMenu(page, workspace, 'Share...')
  const dialog = page.getByRole('dialog', { name: 'Workspace sharing' })
  await dialog.getByRole('radio', { name: how }).check()
  if (member !== undefined) await dialog.getByRole('checkbox', { name: member }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
}

test('a colleague is taken in, reads a shared workspace live over a channel of their own, and loses it at once', async ({
  page,
  hub,
  browser,
}) => {
  test.setTimeout(120_000)
  await setUpHub(page, hub)
  const colleague = await otherBrowser(browser)
  await signUp(colleague, hub, 'bob')
  await foundTeam(page, 'crew')
  await invite(page, 'bob')

  await page.getByRole('button', { name: 'Register worker' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Register worker' })
  const command = dialog.getByRole('group', { name: 'Command' })
  await expect(command).toContainText('--registration-key')
  const worker = await hub.startWorker((await command.textContent()) ?? '')
  await expect(dialog.getByText('Identity confirmed')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Create a new workspace...' }).click()
  const workspace = page.getByRole('dialog', { name: 'New workspace' })
  await workspace.getByRole('textbox', { name: 'Title' }).fill('Observatory')
  await chooseDirectory(workspace, worker.project)
  await workspace.getByRole('button', { name: 'Create', exact: true }).click()
  await openTerminal(page, worker.project)
  await typeInTerminal(page, 'echo star""gazing\n')
  await expect(terminal(page)).toContainText('stargazing')

  await colleague.goto(`${hub.url}/o/crew`)
  await expect(colleague.getByRole('button', { name: /^Create a new workspace/ })).toBeVisible()
  await expect(colleague.getByText('Observatory')).toHaveCount(0)
  await shareWith(page, 'Observatory', 'Specific members', 'bob')
  await expect(colleague.getByRole('region', { name: 'Shared' })).toContainText('Observatory')
  await expect(colleague).toHaveTitle('Observatory - LeapMux')
  await expect(terminal(colleague)).toContainText('stargazing')
  await expect(colleague.getByRole('button', { name: /^Workspace menu of/ })).toHaveCount(0)
  await expect(colleague.getByRole('button', { name: 'Split vertically' })).toHaveCount(0)
  await expect(colleague.getByText('Read-only', { exact: true })).toBeVisible()

  await typeInTerminal(page, 'echo mi""lky way\n')
  await expect(terminal(colleague)).toContainText('milky way')
  await colleague.getByRole('textbox', { name: 'Terminal input' }).focus()
  await colleague.keyboard.type('echo intru""der\n')
  await page.getByRole('button', { name: 'Split vertically' }).click()
  await expect(colleague.getByRole('region', { name: /^Tile/ })).toHaveCount(2)
  await expect(terminal(page)).not.toContainText('intruder')

  // The Hub passed all of it on and knows none of it, but for what it is told: names of people, teams and workspaces.
  const kept = hub.kept()
  for (const known of ['Observatory', 'crew', 'bob']) expect(kept).toContain(known)
  for (const secret of ['stargazing', 'milky', 'star""gazing', 'hello.txt', 'Terminal ']) expect(kept).not.toContain(secret)

  await shareWith(page, 'Observatory', 'Private')
  await expect(colleague.getByRole('region', { name: 'Shared' })).toHaveCount(0)
  await expect(terminalTabs(colleague)).toHaveCount(0)
  await expect(terminal(page)).toContainText('milky way')
})

test('who is removed from a team finds nothing there', async ({ page, hub, browser }) => {
  await setUpHub(page, hub)
  const colleague = await otherBrowser(browser)
  await signUp(colleague, hub, 'bob')
  await foundTeam(page, 'crew')
  await invite(page, 'bob')
  await colleague.goto(`${hub.url}/o/crew/org`)
  await expect(colleague.getByRole('row', { name: /^ada/ })).toContainText('Owner')
  await expect(colleague.getByRole('button', { name: 'Invite' })).toHaveCount(0)
  await expect(colleague.getByRole('region', { name: 'Danger Zone' })).toHaveCount(0)
  await colleague.getByRole('link', { name: '<- Dashboard' }).click()

  await appMenu(page, 'Organization settings...')
  await expect(page.getByRole('button', { name: 'Remove ada' })).toBeDisabled()
  await page.getByRole('button', { name: 'Remove bob' }).click()
  const question = page.getByRole('alertdialog', { name: 'Remove member' })
  await expect(question).toContainText('Remove bob from this organization?')
  await question.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByRole('row', { name: /^bob/ })).toHaveCount(0)
  await expect(colleague).toHaveURL(`${hub.url}/o/bob`)
  await colleague.goto(`${hub.url}/o/crew`)
  await expect(colleague.getByRole('heading', { name: 'Not Found' })).toBeVisible()
})

test('a team is renamed and deleted by its owner', async ({ page, hub }) => {
  await setUpHub(page, hub)
  await foundTeam(page, 'crew')
  await appMenu(page, 'Organization settings...')
  const general = page.getByRole('region', { name: 'General' })
  await general.getByRole('textbox', { name: 'Name' }).fill('ada')
  await general.getByRole('button', { name: 'Save' }).click()
  await expect(general.getByRole('alert')).toHaveText('organization name "ada" is already taken')
  await general.getByRole('textbox', { name: 'Name' }).fill('band')
  await general.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(`${hub.url}/o/band/org`)
  await page.getByRole('button', { name: 'Delete Organization' }).click()
  const question = page.getByRole('alertdialog', { name: 'Delete organization' })
  await question.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page).toHaveURL(`${hub.url}/o/ada`)
  await page.goto(`${hub.url}/o/band`)
  await expect(page.getByRole('heading', { name: 'Not Found' })).toBeVisible()
})
