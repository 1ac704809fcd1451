// Tiles and tabs: split, drag, move by keyboard, two windows that agree, everything back after reload and restart.
import {
  drag,
  firstWorkspace,
  openTerminal,
  runCommand,
  terminalTabs,
  tiles,
  typeInTerminal,
  typingTerminal,
} from './fixtures/actions'
import { expect, test } from './fixtures/leapmux'

test.beforeEach(async ({ app, leapmux }) => {
  await firstWorkspace(app)
  await openTerminal(app, leapmux.project)
})

test('splits, and a tab is dragged to the other tile', async ({ app }) => {
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await expect(tiles(app)).toHaveCount(2)
  await drag(app, terminalTabs(app), tiles(app).nth(1), { x: 1 / 3, y: 18 })
  await expect(terminalTabs(tiles(app).nth(1))).toHaveCount(1)
  await expect(terminalTabs(tiles(app).nth(0))).toHaveCount(0)
  await typeInTerminal(app, 'echo still-$((6*7))\n')
  await expect(typingTerminal(app)).toContainText('still-42')
})

test('tabs are reordered by dragging', async ({ app, leapmux }) => {
  await openTerminal(app, leapmux.project)
  const [first, second] = await terminalTabs(app).allInnerTexts()
  await drag(app, terminalTabs(app).nth(1), terminalTabs(app).nth(0), { x: 0.2, y: 10 })
  await expect(terminalTabs(app)).toHaveText([second ?? '', first ?? ''])
})

test('a tab moves to another tile by keyboard alone', async ({ app }) => {
  const keyboard = app.locator('.xterm-helper-textarea')
  for (const [command, done] of [
    ['Split Tile Horizontally', () => expect(tiles(app)).toHaveCount(2)],
    ['Focus Previous Tile', () => expect(keyboard).toBeFocused()],
    ['Move Tab…', () => expect(app.getByRole('dialog')).toBeVisible()],
  ] as const) {
    const palette = app.getByRole('dialog', { name: 'Command palette' })
    await app.keyboard.press('ControlOrMeta+k')
    await expect(palette.getByRole('combobox')).toBeFocused()
    await app.keyboard.type(command)
    await expect(palette.getByRole('option', { selected: true, name: command })).toBeVisible()
    await app.keyboard.press('Enter')
    await expect(palette).toBeHidden()
    await done()
  }
  await expect(app.getByRole('radio', { name: /^Tile 2 of 2/ })).toBeChecked()
  await app.keyboard.press('Enter')
  await expect(terminalTabs(tiles(app).nth(1))).toHaveCount(1)
  await app.keyboard.type('echo moved-$((6*7))\n')
  await expect(typingTerminal(app)).toContainText('moved-42')
})

test('the menu of a tile that has not the focus opens, and gives its tab the keyboard', async ({ app, leapmux }) => {
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await openTerminal(app, leapmux.project)
  const first = tiles(app).nth(0)
  await first.getByRole('button', { name: 'More options' }).click()
  await app.getByRole('menuitem', { name: /\(default\)/ }).click()
  await expect(terminalTabs(first)).toHaveCount(2)
  await expect(typingTerminal(app)).toContainText('$')
  await app.keyboard.type('echo here-$((6*7))\n')
  await expect(typingTerminal(app)).toContainText('here-42')
})

test('another window follows at once', async ({ app, context }) => {
  const other = await context.newPage()
  await other.goto(app.url())
  await expect(tiles(other)).toHaveCount(1)
  await app.getByRole('button', { name: /^Split horizontally/ }).click()
  await expect(tiles(other)).toHaveCount(2)
  await runCommand(other, 'Split Tile Vertically')
  await expect(tiles(app)).toHaveCount(3)
})

test('a terminal shows the same in two windows, and both may type', async ({ app, context }) => {
  const other = await context.newPage()
  await other.goto(app.url())
  await typeInTerminal(app, 'echo first-$((6*7))\n')
  await expect(other.locator('.xterm-rows')).toContainText('first-42')
  await typeInTerminal(other, 'echo second-$((6*7))\n')
  await expect(app.locator('.xterm-rows')).toContainText('second-42')
})

test('the arrangement is back after a reload and after a kill', async ({ app, leapmux }) => {
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await openTerminal(app, leapmux.project)
  await expect(tiles(app)).toHaveCount(2)
  await app.reload()
  await expect(tiles(app)).toHaveCount(2)
  await expect(terminalTabs(app)).toHaveCount(2)
  await leapmux.killAndRestart()
  await app.reload()
  await expect(tiles(app)).toHaveCount(2)
  await expect(terminalTabs(app)).toHaveCount(2)
})

test('a reload keeps the active tab', async ({ app, leapmux }) => {
  await openTerminal(app, leapmux.project)
  await terminalTabs(app).nth(0).click()
  await app.reload()
  await expect(terminalTabs(app).nth(0)).toHaveAttribute('aria-selected', 'true')
  await expect(terminalTabs(app).nth(1)).toHaveAttribute('aria-selected', 'false')
})

test('a tab is renamed, in the sidebar too and for good', async ({ app }) => {
  await terminalTabs(app).dblclick()
  await app.getByRole('textbox', { name: 'Tab name' }).fill('Build log')
  await app.keyboard.press('Enter')
  await expect(app.getByRole('tab', { name: 'Build log' })).toBeVisible()
  await expect(app.getByRole('treeitem', { name: 'Build log' })).toBeVisible()
  await app.reload()
  await expect(app.getByRole('tab', { name: 'Build log' })).toBeVisible()
})

test('closing a tab ends it everywhere', async ({ app }) => {
  await terminalTabs(app).hover()
  await tiles(app)
    .getByRole('button', { name: /^Close Terminal/ })
    .click()
  await expect(terminalTabs(app)).toHaveCount(0)
  await expect(app.getByRole('button', { name: /Open a new terminal tab/ })).toBeVisible()
  await app.reload()
  await firstWorkspace(app)
  await expect(terminalTabs(app)).toHaveCount(0)
})

test('closing a tile with tabs asks, and moves them', async ({ app, leapmux }) => {
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await openTerminal(app, leapmux.project)
  await app
    .getByRole('button', { name: /^Close tile/ })
    .last()
    .click()
  const dialog = app.getByRole('alertdialog', { name: 'Close tile' })
  await expect(dialog).toContainText('This tile contains 1 tab. What would you like to do?')
  await dialog.getByRole('button', { name: 'Move tabs to neighbor' }).click()
  await expect(tiles(app)).toHaveCount(1)
  await expect(terminalTabs(app)).toHaveCount(2)
})

test('a divider moved by keyboard gives the shell its new size', async ({ app }) => {
  const columns = async (): Promise<number> => {
    await typeInTerminal(app, 'clear; echo "is $(stty size) now"\n')
    const size = /is \d+ (\d+) now/
    let text = ''
    await expect(async () => {
      text = (await typingTerminal(app).textContent()) ?? ''
      expect(text).toMatch(size)
    }).toPass()
    return Number(size.exec(text)?.[1])
  }
  const whole = await columns()
  await app.getByRole('button', { name: /^Split vertically/ }).click()
  await terminalTabs(app).click()
  await expect.poll(columns).toBeLessThan(whole * 0.6)
  const half = await columns()
  const divider = app.getByRole('main').getByRole('separator')
  await divider.focus()
  for (let step = 0; step < 5; step++) await app.keyboard.press('ArrowRight')
  await terminalTabs(app).click()
  await expect.poll(columns).toBeGreaterThan(half)
})
