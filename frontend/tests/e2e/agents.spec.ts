// A real agent in the browser: answers, approvals, questions, plans, interrupts, settings, restarts. The model is scripted.
import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import {
  agentSettings,
  agentStarted,
  composer,
  firstWorkspace,
  openAgent,
  replies,
  request,
  runCommand,
  send,
  setAgentOption,
  transcript,
} from './fixtures/actions'
import { expect, hasAgent, test } from './fixtures/leapmux'
import { makeItAsk, PROVIDERS } from './fixtures/providers'

/** The turn is over when the next one can begin. */
async function turnEnds(page: Page, count = 1): Promise<void> {
  await expect(transcript(page).getByText(/^(Took \d|Turn ended)/)).toHaveCount(count)
}

for (const provider of PROVIDERS) {
  const { id, label, allow, takesFeedback, option } = provider
  test.describe(label, () => {
    test.skip(!hasAgent(id), `${label} runs only where its program is installed`)

    test.beforeEach(async ({ app, leapmux }) => {
      await firstWorkspace(app)
      await openAgent(app, label, leapmux.project)
      await agentStarted(app)
    })

    test('streams a reply', async ({ app, leapmux }) => {
      await send(app, 'SAY the beginning\nHOLD\nSAY the end')
      await expect(replies(app).last()).toContainText('the beginning')
      await expect(app.getByRole('button', { name: 'Interrupt' })).toBeVisible()
      await leapmux.model.release()
      await expect(replies(app).last()).toContainText('the end')
      await expect(transcript(app)).toContainText(/Took \d/)
      await expect(app.getByRole('button', { name: 'Interrupt' })).toBeHidden()
    })

    test('asks before it runs a command, once for all windows', async ({ app, context }) => {
      await makeItAsk(app, provider)
      const other = await context.newPage()
      await other.goto(app.url())
      await send(app, 'RUN touch approved.txt && echo made it')
      await expect(request(app)).toContainText('touch approved.txt')
      await expect(request(other)).toContainText('touch approved.txt')
      await request(other).getByRole('button', { name: allow }).click()
      await expect(request(app)).toBeHidden()
      await expect(transcript(app)).toContainText('Approved')
      await expect(transcript(other)).toContainText('Approved')
      await expect(transcript(app)).toContainText('made it')
      await expect(replies(app).last()).toContainText('Done.')
    })

    test('is told why it may not', async ({ app, leapmux }) => {
      await makeItAsk(app, provider)
      await send(app, 'RUN touch denied.txt')
      await expect(request(app)).toBeVisible()
      if (takesFeedback) {
        await composer(app).fill('Use another name')
        await request(app).getByRole('button', { name: 'Send Feedback' }).click()
        await expect(transcript(app)).toContainText('Sent feedback:')
        await expect(replies(app).last()).toContainText('Use another name')
      } else {
        await request(app)
          .getByRole('button', { name: /^Reject|^Deny/ })
          .first()
          .click()
        await expect(transcript(app)).toContainText('Rejected')
      }
      await turnEnds(app)
      await expect(composer(app)).toHaveText('Send a message...')
      expect(() => readFileSync(path.join(leapmux.project, 'denied.txt'))).toThrow()
    })

    test('shows what it wants to write, and what it wrote', async ({ app, leapmux }) => {
      await makeItAsk(app, provider)
      await send(app, 'WRITE notes.txt one\\ntwo\\n')
      await expect(request(app).getByRole('group', { name: /^Changes in .*notes\.txt/ })).toContainText('two')
      await request(app).getByRole('button', { name: allow }).click()
      await turnEnds(app)
      const change = transcript(app).getByRole('group', { name: /^Changes in .*notes\.txt/ })
      if (!(await change.isVisible()))
        await transcript(app)
          .getByRole('button', { name: /notes\.txt/ })
          .click()
      await expect(change).toContainText('two')
      expect(readFileSync(path.join(leapmux.project, 'notes.txt'), 'utf8')).toContain('one\ntwo')
    })

    test('is interrupted in a long turn and goes on afterwards', async ({ app }) => {
      await send(app, 'SLOW 2000 20')
      await expect(replies(app).last()).toContainText('word2')
      await app.getByRole('button', { name: 'Interrupt' }).click()
      await expect(transcript(app)).toContainText('Turn ended (interrupted)')
      await send(app, 'SAY still here')
      await expect(replies(app).last()).toContainText('still here')
    })

    test('takes a message while it is busy', async ({ app, leapmux }) => {
      await send(app, 'SAY first\nHOLD\nSAY done')
      await expect(replies(app).last()).toContainText('first')
      await send(app, 'SAY second')
      await expect(transcript(app)).toContainText('Queued…')
      await leapmux.model.release()
      await expect(replies(app).last()).toContainText('second')
      await expect(transcript(app)).not.toContainText('Queued…')
    })

    test('is set otherwise while it runs', async ({ app }) => {
      const [group, value, notice] = option
      await setAgentOption(app, group, value)
      await expect(transcript(app)).toContainText(notice)
      await send(app, 'SAY it goes on')
      await expect(replies(app).last()).toContainText('it goes on')
    })

    test('keeps its transcript over a kill and resumes where it was', async ({ app, leapmux }) => {
      await send(app, 'SAY remember the milk')
      await expect(transcript(app)).toContainText(/Took \d/)
      await leapmux.killAndRestart()
      await app.reload()
      await expect(replies(app).last()).toContainText('remember the milk')
      await send(app, 'RECALL')
      await expect(replies(app).last()).toContainText('I know: SAY remember the milk', { timeout: 60_000 })
    })
  })
}

test.describe('Claude Code', () => {
  test.skip(!hasAgent('claude'), 'Claude Code runs only where its program is installed')

  test.beforeEach(async ({ app, leapmux }) => {
    await firstWorkspace(app)
    await openAgent(app, 'Claude Code', leapmux.project)
    await agentStarted(app)
  })

  test('asks a question and gets the answer', async ({ app }) => {
    await send(app, 'ASK Which colour? | Red | Blue')
    const question = app.getByRole('region', { name: 'Agent Question' })
    await expect(question).toContainText('Which colour?')
    await question.getByRole('radio', { name: 'Blue' }).check()
    await question.getByRole('button', { name: 'Submit' }).click()
    await expect(question).toBeHidden()
    await expect(replies(app).last()).toContainText('Blue')
    await expect(transcript(app).getByRole('definition')).toHaveText('Blue')
  })

  test('plans first when Shift+Tab says so, and carries the approved plan out', async ({ app }) => {
    await composer(app).focus()
    await app.keyboard.press('Shift+Tab')
    await expect(agentSettings(app)).toContainText('Plan Mode')
    await expect(transcript(app)).toContainText('Permission Mode (Default → Plan Mode)')
    const leave = 'TOOL ExitPlanMode {"allowedPrompts": [{"tool": "Bash", "prompt": "buy paint"}]}'
    await send(app, `WRITE $PLAN # Plan\\n1. paint the shed\n${leave}\nSAY painted`)
    const review = app.getByRole('region', { name: 'Plan Ready for Review' })
    await expect(review).toContainText('paint the shed')
    await expect(review).toContainText('Requested permissions:')
    await expect(review.getByRole('definition')).toHaveText('buy paint')
    await review.getByRole('button', { name: 'Approve' }).click()
    await expect(transcript(app)).toContainText('Approved')
    await expect(replies(app).last()).toContainText('painted')
    await expect(agentSettings(app)).toContainText('Default')
  })
})

test('an agent that does not start says why, and can be tried again', async ({ app, leapmux }) => {
  const real = process.env.LEAPMUX_AGENT_CLAUDE
  test.skip(real === undefined, 'Claude Code runs only where its program is installed')
  const program = path.join(leapmux.home, 'bin/claude')
  rmSync(program)
  writeFileSync(program, '#!/bin/sh\n[ "$1" = --version ] && echo 2.0.0 && exit 0\necho no licence found >&2\nexit 1\n')
  chmodSync(program, 0o755)
  await firstWorkspace(app)
  await openAgent(app, 'Claude Code', leapmux.project)
  await expect(app.getByText('Claude Code failed to start')).toBeVisible()
  await expect(app.getByText('no licence found')).toBeVisible()
  rmSync(program)
  symlinkSync(real ?? '', program)
  await app.getByRole('button', { name: 'Retry' }).click()
  await agentStarted(app)
  await send(app, 'SAY at last')
  await expect(replies(app).last()).toContainText('at last')
})

test('without an agent program there is none to choose', async ({ page, leapmux }) => {
  rmSync(path.join(leapmux.home, 'bin'), { recursive: true })
  await page.goto(leapmux.url)
  await firstWorkspace(page)
  await runCommand(page, 'New Agent Dialog')
  const provider = page.getByRole('dialog', { name: 'New agent' }).getByRole('button', { name: /^Agent Provider/ })
  await expect(provider).toContainText('No agents available')
  await expect(provider).toBeDisabled()
})
