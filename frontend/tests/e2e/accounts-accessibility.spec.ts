// WCAG 2.2 AA by axe on the pages of people who have not signed in and on what a Hub adds to the application.
import type { Page } from '@playwright/test'
import { fits, isAccessible } from './fixtures/axe'
import { appMenu, expect, fillAccount, type HubProcess, otherBrowser, setUpHub, signIn, test } from './fixtures/hub'

test.use({ contextOptions: { reducedMotion: 'reduce' }, hubFlags: ['--signup-enabled'] })

/** Looks at a screen; `LEAPMUX_SHOTS` names a folder that keeps what was seen. */
async function look(page: Page, screen: string): Promise<void> {
  await isAccessible(page, screen)
  await fits(page)
  const folder = process.env.LEAPMUX_SHOTS
  if (folder) await page.screenshot({ path: `${folder}/${test.info().title} ${screen}.png` })
}

async function everyScreen(page: Page, visitor: Page, hub: HubProcess): Promise<void> {
  await page.goto(hub.url)
  await expect(page.getByRole('heading', { name: 'Welcome to LeapMux' })).toBeVisible()
  await look(page, 'setup')
  await fillAccount(page, 'solo', 'password')
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@')
  await page.getByLabel('Confirm Password', { exact: true }).fill('other')
  await page.getByRole('textbox', { name: 'Username' }).focus()
  await expect(page.getByText('Passwords do not match.')).toBeVisible()
  await look(page, 'setup with problems')
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@maths.example')
  await setUpHub(page, hub)
  await expect(page.getByRole('button', { name: 'Register worker' }).first()).toBeVisible()
  await look(page, 'no worker')

  await visitor.goto(hub.url)
  await expect(visitor.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await look(visitor, 'login')
  await signIn(visitor, 'ada', 'wrong password')
  await expect(visitor.getByRole('alert')).toBeVisible()
  await look(visitor, 'login refused')
  await visitor.getByRole('link', { name: 'Sign up' }).click()
  await expect(visitor.getByRole('heading', { name: 'Sign Up' })).toBeVisible()
  await look(visitor, 'sign-up')

  await page.getByRole('button', { name: 'Application menu' }).click()
  await expect(page.getByRole('menuitem', { name: 'Log out' })).toBeVisible()
  await look(page, 'application menu')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toBeHidden()
  await appMenu(page, /^Profile/)
  const profile = page.getByRole('dialog', { name: 'Profile' })
  await expect(profile.getByText('(this session)')).toBeVisible()
  await look(page, 'profile')
  await profile.getByLabel('New Password', { exact: true }).fill('12345678')
  await profile.getByText('(this session)').scrollIntoViewIfNeeded()
  await look(page, 'profile, further down')
  await page.keyboard.press('Escape')
  await expect(profile).toBeHidden()
  await page.getByRole('main').getByRole('button', { name: 'Register worker' }).click()
  const dialog = page.getByRole('dialog', { name: 'Register worker' })
  await expect(dialog.getByRole('group', { name: 'Command' })).toBeVisible()
  await look(page, 'register worker')
  const worker = await hub.startWorker((await dialog.getByRole('group', { name: 'Command' }).textContent()) ?? '')
  await expect(dialog.getByText('Identity confirmed')).toBeVisible()
  await look(page, 'worker registered')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await worker.end()
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme })
    test(`accounts, ${theme}`, async ({ page, hub, browser }) => {
      const visitor = await otherBrowser(browser, { colorScheme: theme, reducedMotion: 'reduce' })
      await everyScreen(page, visitor, hub)
    })
  })
}

test.describe('phone', () => {
  const phone = { viewport: { width: 390, height: 780 }, hasTouch: true }
  test.use(phone)
  test('accounts, phone', async ({ page, hub, browser }) => {
    await everyScreen(page, await otherBrowser(browser, { ...phone, reducedMotion: 'reduce' }), hub)
  })
})

test.describe('without sign-up', () => {
  test.use({ hubFlags: [] })
  test('accounts, sign-up disabled', async ({ page, hub, browser }) => {
    await setUpHub(page, hub)
    const visitor = await otherBrowser(browser)
    await visitor.goto(`${hub.url}/signup`)
    await expect(visitor.getByRole('heading', { name: 'Sign-up disabled' })).toBeVisible()
    await look(visitor, 'sign-up disabled')
  })
})
