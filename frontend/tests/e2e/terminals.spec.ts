// Terminals: a shell beside the agent, vim, a flood, a reload, a restart.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { firstWorkspace, openTerminal, runCommand, terminal, terminalTabs, typeInTerminal } from './fixtures/actions'
import { expect, test } from './fixtures/leapmux'

test.beforeEach(async ({ app, leapmux }) => {
  await firstWorkspace(app)
  await openTerminal(app, leapmux.project)
})

test('a shell runs commands in the chosen directory', async ({ app }) => {
  await typeInTerminal(app, 'cat hello.txt\n')
  await expect(terminal(app)).toContainText('hello from a file')
})

test('vim draws, survives a reload and quits to the shell', async ({ app }) => {
  await typeInTerminal(app, 'vim -u NONE -N hello.txt\n')
  await expect(terminal(app)).toContainText('"hello.txt"')
  await app.reload()
  await expect(terminal(app)).toContainText('hello from a file')
  await typeInTerminal(app, ':q\n')
  // Keys typed before vim is gone would be vim's.
  await expect(terminal(app)).not.toContainText('~')
  await expect(terminal(app)).toContainText('$')
  await typeInTerminal(app, 'echo back-$((40+2))\n')
  await expect(terminal(app)).toContainText('back-42')
})

test('a flood ends and leaves the terminal next door responsive', async ({ app, leapmux }) => {
  await typeInTerminal(app, 'yes "$(head -c 70 /dev/zero | tr "\\0" x)" | head -c 50000000; echo flood-$((1+1))\n')
  await runCommand(app, 'Split Tile Vertically')
  await openTerminal(app, leapmux.project)
  await typeInTerminal(app, 'echo quick-$((3+4))\n')
  await expect(terminal(app).filter({ hasText: 'quick-7' })).toBeVisible()
  await expect(terminal(app).filter({ hasText: 'flood-2' })).toBeVisible({ timeout: 60_000 })
})

test('a shell that ended says so and Enter starts another', async ({ app }) => {
  await typeInTerminal(app, 'exit\n')
  await expect(terminal(app)).toContainText('[Terminal process exited (0) - Press Enter to restart]')
  await app.keyboard.press('Enter')
  await typeInTerminal(app, 'echo again-$((5+5))\n')
  await expect(terminal(app)).toContainText('again-10')
})

test('wide characters take the same columns on the page and on the Worker', async ({ app }) => {
  // The program asks the page where its cursor is; after a reload the Worker has put it there.
  await typeInTerminal(
    app,
    'clear; printf "😀🫠中❤|"; IFS="[;" read -rsd R -p $\'\\e[6n\' _ _ at; echo "is at $at"; printf "😀🫠中❤|"; read -r\n',
  )
  await expect(terminal(app)).toContainText('is at 9')
  const cursor = app.locator('.xterm-cursor')
  const text = await terminal(app).innerText()
  const place = await cursor.boundingBox()
  await app.reload()
  await expect(terminal(app)).toContainText('is at 9')
  await expect.poll(async () => [await terminal(app).innerText(), await cursor.boundingBox()]).toEqual([text, place])
})

test('the last screen is there after a kill', async ({ app, leapmux }) => {
  await typeInTerminal(app, 'echo keep-$((20+1))\n')
  await expect(terminal(app)).toContainText('keep-21')
  await leapmux.restart()
  await app.reload()
  await expect(terminal(app)).toContainText('keep-21')
  await expect(terminal(app)).toContainText('Press Enter to restart]')
})

test('a program names its tab, and a bell behind another tab leaves a mark', async ({ app, leapmux }) => {
  const bell = path.join(leapmux.project, 'ring')
  await typeInTerminal(app, `printf '\\033]2;Terminal of tests\\007'; until [ -e ${bell} ]; do :; done; printf '\\a'\n`)
  const tab = app.getByRole('tab', { name: /^Terminal of tests/ })
  await expect(tab).toBeVisible()
  await openTerminal(app, leapmux.project)
  writeFileSync(bell, '')
  await expect(tab.getByRole('img', { name: 'New activity' })).toBeVisible()
  await tab.click()
  await expect(tab.getByRole('img', { name: 'New activity' })).toBeHidden()
  await expect(terminalTabs(app)).toHaveCount(2)
})

test('a directory that does not exist is said, and another one can be chosen', async ({ app, leapmux }) => {
  await runCommand(app, 'New Terminal Dialog')
  const dialog = app.getByRole('dialog', { name: 'New terminal' })
  const field = dialog.getByRole('textbox', { name: 'Working Directory' })
  await field.fill(`${leapmux.project}/nowhere`)
  await field.blur()
  await expect(field).toHaveAccessibleDescription(/No such directory/)
  await field.fill('~/project')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(dialog).toBeHidden()
  await typeInTerminal(app, 'pwd\n')
  await expect(terminal(app)).toContainText(leapmux.project)
})
