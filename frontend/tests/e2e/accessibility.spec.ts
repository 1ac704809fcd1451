// WCAG 2.2 AA by axe on every screen, in both themes; phone width.
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { openTerminal, runCommand } from './fixtures/actions'
import { expect, test } from './fixtures/leapmux'

async function findings(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
  return result.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)
}

// Without motion no colour is seen on its way to another: a button that becomes enabled fades from grey.
test.use({ contextOptions: { reducedMotion: 'reduce' } })

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme })

    test('axe finds nothing on the screens of a first session', async ({ app, leapmux }) => {
      await expect(app.getByRole('button', { name: /Open a new agent tab/ })).toBeVisible()
      expect(await findings(app), 'empty workspace').toEqual([])
      for (const [command, dialog] of [
        ['New Agent Dialog', 'New agent'],
        ['New Terminal Dialog', 'New terminal'],
        ['Open Preferences', 'Preferences'],
      ] as const) {
        await runCommand(app, command)
        await expect(app.getByRole('dialog', { name: dialog })).toBeVisible()
        expect(await findings(app), dialog).toEqual([])
        await app.keyboard.press('Escape')
        await expect(app.getByRole('dialog', { name: dialog })).toBeHidden()
      }
      await openTerminal(app, leapmux.project)
      expect(await findings(app), 'terminal').toEqual([])
    })
  })
}

test.describe('phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true })

  test('shows one tile, with the sidebars as drawers', async ({ app }) => {
    await app.getByRole('button', { name: 'Toggle workspaces' }).click()
    await expect(app.getByRole('button', { name: /^New workspace in In progress/ })).toBeVisible()
    expect(await findings(app), 'drawer').toEqual([])
    const overflow = await app.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })
})
