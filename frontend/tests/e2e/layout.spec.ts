// Tiles and tabs: split, drag, two windows that agree, everything back after reload and restart.
import type { Page } from '@playwright/test'
import { firstWorkspace, openTerminal, runCommand } from './fixtures/actions'
import { expect, test } from './fixtures/leapmux'

const bars = (page: Page) => page.getByRole('tablist', { name: 'Tabs' }).filter({ visible: true })

test.beforeEach(async ({ app, leapmux }) => {
  await firstWorkspace(app)
  await openTerminal(app, leapmux.project)
})

test('splits, and a tab is dragged to the other tile', async ({ app }) => {
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await expect(bars(app)).toHaveCount(2)
  const tab = app.getByRole('tab', { name: /^Terminal/ })
  const target = bars(app).nth(1)
  await tab.hover()
  await app.mouse.down()
  const box = await target.boundingBox()
  if (!box) throw new Error('the second tab bar has no place')
  await app.mouse.move(box.x + box.width / 3, box.y + box.height / 2, { steps: 8 })
  await app.mouse.up()
  await expect(bars(app).nth(1).getByRole('tab')).toHaveCount(1)
  await expect(bars(app).nth(0).getByRole('tab')).toHaveCount(0)
})

test('another window follows at once', async ({ app, context, leapmux }) => {
  const other = await context.newPage()
  await other.goto(app.url())
  await expect(bars(other)).toHaveCount(1)
  await app.getByRole('button', { name: /^Split horizontally/ }).click()
  await expect(bars(other)).toHaveCount(2)
  await runCommand(other, 'Split Tile Vertically')
  await expect(bars(app)).toHaveCount(3)
  expect(leapmux.url).not.toBe('')
})

test('the arrangement is back after a reload and after a kill', async ({ app, leapmux }) => {
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await openTerminal(app, leapmux.project)
  await expect(bars(app)).toHaveCount(2)
  await app.reload()
  await expect(bars(app)).toHaveCount(2)
  await expect(app.getByRole('tab', { name: /^Terminal/ })).toHaveCount(2)
  await leapmux.killAndRestart()
  await app.reload()
  await expect(bars(app)).toHaveCount(2)
  await expect(app.getByRole('tab', { name: /^Terminal/ })).toHaveCount(2)
})

test('closing a tile with tabs asks, and moves them', async ({ app, leapmux }) => {
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await openTerminal(app, leapmux.project)
  await app
    .getByRole('button', { name: /^Close tile/ })
    .last()
    .click()
  const dialog = app.getByRole('dialog', { name: 'Close tile' })
  await expect(dialog).toContainText('This tile contains 1 tab(s). What would you like to do?')
  await dialog.getByRole('button', { name: 'Move tabs to neighbor' }).click()
  await expect(bars(app)).toHaveCount(1)
  await expect(app.getByRole('tab', { name: /^Terminal/ })).toHaveCount(2)
})
