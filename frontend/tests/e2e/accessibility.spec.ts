// WCAG 2.2 AA by axe on every screen there is, in both themes, on a desk and on a phone.
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import {
  agentSettings,
  agentStarted,
  composer,
  firstWorkspace,
  openAgent,
  openTerminal,
  replies,
  request,
  runCommand,
  send,
  terminal,
  terminalTabs,
  transcript,
  turnEnded,
  typeInTerminal,
  workspaceMenu,
} from './fixtures/actions'
import { fits, isAccessible } from './fixtures/axe'
import { expect, hasAgent, type LeapMux, test } from './fixtures/leapmux'

/** Escape closes what is open, and it is gone. */
async function dismiss(page: Page, role: 'dialog' | 'alertdialog' | 'menu', name?: string | RegExp): Promise<void> {
  const open = name === undefined ? page.getByRole(role) : page.getByRole(role, { name })
  await expect(open).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(open).toBeHidden()
}

// Without motion no colour is seen on its way to another: a button that becomes enabled fades from grey.
test.use({ contextOptions: { reducedMotion: 'reduce' } })

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme })

    test('the frame, its menus and its dialogs', async ({ app, leapmux }) => {
      await firstWorkspace(app)
      await isAccessible(app, 'empty workspace')
      for (const [command, dialog] of [
        ['New Workspace Dialog', 'New workspace'],
        ['New Agent Dialog', 'New agent'],
        ['New Terminal Dialog', 'New terminal'],
        ['Open Preferences', 'Preferences'],
        ['About LeapMux', 'About'],
      ] as const) {
        await runCommand(app, command)
        await expect(app.getByRole('dialog', { name: dialog })).toBeVisible()
        if (dialog.startsWith('New')) await expect(app.getByRole('treeitem', { name: 'project' })).toBeVisible()
        await isAccessible(app, dialog)
        await dismiss(app, 'dialog', dialog)
      }
      await app.keyboard.press('ControlOrMeta+k')
      await isAccessible(app, 'command palette')
      await app.getByRole('combobox').fill('nothing is called this')
      await isAccessible(app, 'command palette without a match')
      await dismiss(app, 'dialog', 'Command palette')
      await app.getByRole('button', { name: 'Application menu' }).click()
      await isAccessible(app, 'application menu')
      await dismiss(app, 'menu')
      await app.getByRole('button', { name: /^Worker menu of/ }).click()
      await isAccessible(app, 'worker menu')
      await app.getByRole('menuitem', { name: /^Name/ }).click()
      await expect(app.getByRole('button', { name: 'Dismiss' })).toBeVisible()
      await isAccessible(app, 'toast')
      await workspaceMenu(app, 'My workspace', 'Rename')
      await isAccessible(app, 'workspace being renamed')
      await app.keyboard.press('Escape')
      await workspaceMenu(app, 'My workspace', 'Delete')
      await isAccessible(app, 'delete workspace')
      await dismiss(app, 'alertdialog', 'Delete workspace')
      await app.goto(`${leapmux.url}/o/solo/workspace/ws_nobody`)
      await expect(app.getByRole('heading', { name: 'Not Found' })).toBeVisible()
      await isAccessible(app, 'unknown workspace')
      await app.goto(`${leapmux.url}/nowhere`)
      await expect(app.getByRole('heading', { name: 'Not Found' })).toBeVisible()
      await isAccessible(app, 'not found')
    })

    test('tiles and terminals, up to a lost connection', async ({ app, leapmux }) => {
      await firstWorkspace(app)
      await openTerminal(app, leapmux.project)
      await typeInTerminal(app, 'for c in 1 2 3 4 5 6 7; do printf "\\033[3${c}mcolour \\033[9${c}mbright\\033[0m\\n"; done\n')
      await expect(terminal(app)).toContainText('bright')
      await isAccessible(app, 'terminal')
      await app.keyboard.press('Control+Shift+f')
      await app.getByRole('searchbox', { name: 'Find in terminal' }).fill('nowhere to be found')
      await expect(app.getByText('No matches found')).toBeVisible()
      await isAccessible(app, 'search in a terminal')
      await app.keyboard.press('Escape')
      await terminalTabs(app).dblclick()
      await expect(app.getByRole('textbox', { name: 'Tab name' })).toBeVisible()
      await isAccessible(app, 'tab being renamed')
      await app.keyboard.press('Escape')
      await app.getByRole('button', { name: 'More options' }).click()
      await isAccessible(app, 'more options')
      await dismiss(app, 'menu')
      await runCommand(app, 'Split Tile Vertically')
      await expect(app.getByRole('button', { name: /^Open a new agent tab/ })).toBeVisible()
      await isAccessible(app, 'empty tile beside another one')
      await terminalTabs(app).click()
      await runCommand(app, 'Move Tab…')
      await isAccessible(app, 'move tab')
      await dismiss(app, 'dialog', /^Move Terminal/)
      await openTerminal(app, leapmux.project)
      await app
        .getByRole('button', { name: /^Close tile/ })
        .first()
        .click()
      await expect(app.getByRole('alertdialog', { name: 'Close tile' })).toBeVisible()
      await isAccessible(app, 'close tile')
      await dismiss(app, 'alertdialog', 'Close tile')
      await typeInTerminal(app, 'exit\n')
      await expect(terminal(app)).toContainText('Press Enter to restart]')
      await isAccessible(app, 'exited terminal')
      leapmux.kill()
      await expect(app.getByRole('status').filter({ hasText: /^Reconnecting…/ })).toBeVisible()
      await isAccessible(app, 'connection lost')
      await leapmux.start()
      await expect(app.getByText(/^Reconnecting…/)).toHaveCount(0, { timeout: 45_000 })
    })

    test('another key of a Worker', async ({ app }) => {
      await firstWorkspace(app)
      await expect(app.getByText(/^Encrypted to/)).toBeVisible()
      await pretendAnotherKey(app)
      await app.reload()
      const dialog = app.getByRole('alertdialog', { name: 'Worker public key changed' })
      await expect(dialog).toContainText('Expected:')
      await isAccessible(app, 'key change')
      await dialog.getByRole('button', { name: 'Reject' }).click()
      await expect(dialog).toBeHidden()
      await expect(app.getByText('was not accepted').first()).toBeVisible()
      await isAccessible(app, 'refused worker')
    })

    test('an agent that cannot start, then a conversation with everything in it', async ({ app, leapmux }) => {
      test.skip(!hasAgent('claude'), 'Claude Code runs only where its program is installed')
      test.setTimeout(180_000)
      const program = replaceClaude(leapmux)
      await firstWorkspace(app)
      await openAgent(app, 'Claude Code', leapmux.project)
      await expect(app.getByText('Starting Claude Code…')).toBeVisible()
      await isAccessible(app, 'start-up panel')
      program.letFail()
      await expect(app.getByText('Claude Code failed to start')).toBeVisible()
      await isAccessible(app, 'failure panel')
      program.restore()
      await app.getByRole('button', { name: 'Retry' }).click()
      await agentStarted(app)
      await isAccessible(app, 'empty chat')
      await conversation(app, leapmux)
      leapmux.kill()
      await expect(app.getByText('The worker is offline.')).toBeVisible()
      await isAccessible(app, 'chat without a worker')
      await leapmux.start()
      await expect(app.getByText('The agent is not running.')).toBeVisible({ timeout: 45_000 })
      await isAccessible(app, 'agent that does not run')
    })
  })
}

/** This browser remembers another key of every Worker than the one it shows. */
async function pretendAnotherKey(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(() => {
        const kept = JSON.parse(localStorage.getItem('leapmux:key-pins') ?? '{"v":{"pins":{}}}') as {
          v: { pins: Record<string, { identity: string; fingerprint: string }> }
        }
        const pins = Object.values(kept.v.pins)
        for (const pin of pins) {
          pin.identity = `${pin.identity.slice(0, 60)}${pin.identity[60] === 'A' ? 'B' : 'A'}${pin.identity.slice(61)}`
          pin.fingerprint = 'zoom-zoom-zoom-zoom'
        }
        if (pins.length > 0) localStorage.setItem('leapmux:key-pins', JSON.stringify(kept))
        return pins.length
      }),
    )
    .toBe(1)
}

/** A conversation that meets every kind of row and request, looked at on the way. */
async function conversation(app: Page, leapmux: LeapMux): Promise<void> {
  await send(app, 'THINK I could say less\nBIG 2\nHOLD\nSAY and the end')
  await expect(replies(app).last()).toContainText('Section 2')
  await expect(app.getByRole('button', { name: 'Interrupt' })).toBeVisible()
  await isAccessible(app, 'streaming reply')
  await leapmux.model.release()
  await expect(replies(app).last()).toContainText('and the end')
  await turnEnded(app)
  await send(app, 'TODO sweep; mop; dry\nREAD hello.txt\nRUN touch a; printf "\\033[31mred \\033[1;34mblue\\033[0m\\n"; false')
  await expect(request(app)).toBeVisible()
  await isAccessible(app, 'command to be allowed')
  await composer(app).fill('Not *this* way, `please`')
  await expect(request(app).getByRole('button', { name: 'Send Feedback' })).toBeVisible()
  await isAccessible(app, 'feedback instead of an answer')
  await composer(app).fill('')
  await request(app).getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(request(app)).toBeHidden()
  await turnEnded(app)
  await send(app, 'WRITE notes.ts export const answer: number = 41 // almost\\n\nEDIT notes.ts 41 => 42')
  await expect(request(app).getByRole('group', { name: /^Changes in/ })).toBeVisible()
  await isAccessible(app, 'change to be allowed')
  await request(app).getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(request(app).getByRole('group', { name: /^Changes in/ })).toContainText('42')
  await request(app).getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(request(app)).toBeHidden()
  await turnEnded(app)
  await send(app, 'ASK Which colour? | Red | Blue')
  await expect(app.getByRole('region', { name: 'Agent Question' })).toContainText('Which colour?')
  await isAccessible(app, 'question')
  await app.getByRole('region', { name: 'Agent Question' }).getByRole('button', { name: 'YOLO' }).click()
  await expect(app.getByRole('region', { name: 'Agent Question' })).toBeHidden()
  await turnEnded(app)
  await composer(app).focus()
  await app.keyboard.press('Shift+Tab')
  await expect(agentSettings(app)).toContainText('Plan Mode')
  await send(app, 'WRITE $PLAN # Plan\\n1. paint the `shed`\\n\\n> soon\nPLAN\nSAY painted')
  await expect(app.getByRole('region', { name: 'Plan Ready for Review' })).toContainText('paint the shed')
  await isAccessible(app, 'plan to be reviewed')
  await app.getByRole('region', { name: 'Plan Ready for Review' }).getByRole('button', { name: 'Approve' }).click()
  await expect(replies(app).last()).toContainText('painted')
  await turnEnded(app)
  await isAccessible(app, 'finished conversation')
  await transcript(app).press('Home')
  await isAccessible(app, 'conversation from its beginning')
  await agentSettings(app).click()
  await isAccessible(app, 'agent settings')
  await dismiss(app, 'dialog', 'Agent settings')
  // The focus goes back a moment later, and would close what is opened meanwhile.
  await expect(agentSettings(app)).toBeFocused()
  await app.getByRole('button', { name: /^Context:/ }).click()
  await isAccessible(app, 'about the agent')
  await dismiss(app, 'dialog', 'About this agent')
}

/** Puts a program in place of Claude Code that hangs, fails when told, and gives way again. */
function replaceClaude({ home }: LeapMux): { letFail(): void; restore(): void } {
  const program = path.join(home, 'bin/claude')
  const signal = path.join(home, 'fail-now')
  rmSync(program)
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$1" = --version ] && echo 2.0.0 && exit 0\nuntil [ -e ${signal} ]; do sleep 0.1; done\necho no licence found >&2\nexit 1\n`,
  )
  chmodSync(program, 0o755)
  return {
    letFail: () => writeFileSync(signal, ''),
    restore() {
      rmSync(program)
      symlinkSync(process.env.LEAPMUX_AGENT_CLAUDE ?? '', program)
    },
  }
}

test.describe('phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true })

  test('shows one tile, with the sidebars as drawers', async ({ app, leapmux }) => {
    await app.getByRole('button', { name: 'Toggle workspaces' }).click()
    await expect(app.getByRole('button', { name: /^New workspace in In progress/ })).toBeVisible()
    await isAccessible(app, 'drawer')
    await fits(app)
    await app.getByRole('button', { name: 'Close sidebar' }).click()
    await app.getByRole('button', { name: /^Open a new terminal tab/ }).click()
    const dialog = app.getByRole('dialog', { name: 'New terminal' })
    await expect(dialog.getByRole('treeitem', { name: 'project' })).toBeVisible()
    await isAccessible(app, 'dialog as a sheet')
    await fits(app)
    await dialog.getByRole('textbox', { name: 'Working Directory' }).fill(leapmux.project)
    await dialog.getByRole('button', { name: 'Create', exact: true }).click()
    await expect(terminal(app)).toContainText('$')
    await isAccessible(app, 'terminal with its touch keys')
    await fits(app)
  })

  test('holds a conversation', async ({ app, leapmux }) => {
    test.skip(!hasAgent('claude'), 'Claude Code runs only where its program is installed')
    test.setTimeout(180_000)
    await firstWorkspaceOnPhone(app)
    await app.getByRole('button', { name: /^Open a new agent tab/ }).click()
    const dialog = app.getByRole('dialog', { name: 'New agent' })
    await dialog.getByRole('button', { name: /^Agent Provider/ }).click()
    await app.getByRole('option', { name: 'Claude Code' }).click()
    await dialog.getByRole('textbox', { name: 'Working Directory' }).fill(leapmux.project)
    await dialog.getByRole('button', { name: 'Create', exact: true }).click()
    await agentStarted(app)
    await conversation(app, leapmux)
    await fits(app)
  })
})

async function firstWorkspaceOnPhone(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: /^Open a new terminal tab/ })).toBeVisible()
}
