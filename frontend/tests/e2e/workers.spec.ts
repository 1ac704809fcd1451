// Machines that become Workers of a Hub.
import type { Page } from '@playwright/test'
import { chooseDirectory, openTerminal, terminal, typeInTerminal } from './fixtures/actions'
import { expect, setUpHub, test } from './fixtures/hub'

const COMMAND = /^leapmux worker --hub http:\/\/127\.0\.0\.1:\d+ --registration-key [A-Za-z0-9]{48}\.[\w-]{22}$/

/** Opens the dialog; answers the command it shows. */
async function registerWorker(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Register worker' }).first().click()
  const command = page.getByRole('dialog', { name: 'Register worker' }).getByRole('group', { name: 'Command' })
  await expect(command).toHaveText(COMMAND)
  return (await command.textContent()) ?? ''
}

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

test('the dialog shows a command whose second half never leaves the page, and closing destroys the key', async ({
  page,
  hub,
}) => {
  await setUpHub(page, hub)
  const sent: string[] = []
  page.on('request', request => sent.push(request.url(), request.postDataBuffer()?.toString('latin1') ?? ''))
  const command = await registerWorker(page)
  const dialog = page.getByRole('dialog', { name: 'Register worker' })
  await dialog.getByRole('button', { name: 'Copy command' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command)
  const destroyed = page.waitForResponse(/WorkerService\/DeleteRegistrationKey$/)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect((await destroyed).ok()).toBe(true)
  expect(sent.join('\n')).not.toContain(command.slice(command.lastIndexOf('.') + 1))
  await expect(hub.startWorker(command)).rejects.toThrow('registration key invalid or already consumed')
})

test('two machines become Workers by their commands, and a terminal on one of them is used', async ({ page, hub }) => {
  await setUpHub(page, hub)
  await expect(page.getByText('No workers', { exact: true })).toBeVisible()
  const worker = await hub.startWorker(await registerWorker(page))
  const dialog = page.getByRole('dialog', { name: 'Register worker' })
  await expect(dialog.getByText('Worker registered')).toBeVisible()
  await expect(dialog.getByText('Identity confirmed')).toBeVisible()
  const trust = await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('leapmux:key-pins') ?? '{}') as {
      v: { pins: Record<string, { trust: string }> }
    }
    return Object.values(kept.v.pins).map(pin => pin.trust)
  })
  expect(trust).toEqual(['registration'])
  await dialog.getByRole('button', { name: 'Register another' }).click()
  const command = dialog.getByRole('group', { name: 'Command' })
  await expect(command).toHaveText(COMMAND)
  const second = await hub.startWorker((await command.textContent()) ?? '')
  await expect(dialog.getByText('Identity confirmed')).toBeVisible()
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
  const workers = page.getByRole('region', { name: 'Workers' }).getByRole('listitem')
  await expect(workers).toHaveCount(2)
  await expect(workers.getByRole('img', { name: 'Connected' })).toHaveCount(2)
  await second.end()
  await expect(workers.getByRole('img', { name: 'Offline' })).toHaveCount(1)
  await expect(workers.filter({ hasText: 'offline' })).toHaveCount(1)

  await page.getByRole('button', { name: 'Create a new workspace...' }).click()
  const workspace = page.getByRole('dialog', { name: 'New workspace' })
  await workspace.getByRole('textbox', { name: 'Title' }).fill('Elsewhere')
  await chooseDirectory(workspace, worker.project)
  await workspace.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page).toHaveTitle('Elsewhere - LeapMux')
  await openTerminal(page, worker.project)
  await typeInTerminal(page, 'cat hello.txt\n')
  await expect(terminal(page)).toContainText('hello from a worker')
  await page.reload()
  await expect(terminal(page)).toContainText('hello from a worker')
})

test('a Worker that is deregistered ends, and is gone from the page', async ({ page, hub }) => {
  await setUpHub(page, hub)
  const command = await registerWorker(page)
  const dialog = page.getByRole('dialog', { name: 'Register worker' })
  // The button that has the focus gives way to others when the Worker is there.
  await dialog.getByRole('button', { name: 'Copy command' }).click()
  const worker = await hub.startWorker(command)
  await expect(dialog.getByText('Identity confirmed')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: /^Worker menu of/ }).click()
  await page.getByRole('menuitem', { name: 'Deregister...' }).click()
  const question = page.getByRole('alertdialog', { name: 'Deregister worker' })
  await expect(question).toContainText('This action cannot be undone.')
  await question.getByRole('button', { name: 'Deregister', exact: true }).click()
  await expect(question).toBeHidden()
  await expect(page.getByText('No workers', { exact: true })).toBeVisible()
  await worker.ended()
})
