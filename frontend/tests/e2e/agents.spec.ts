// A real agent in the browser: streamed answer, approval, interrupt, restart. The model behind it is scripted.
import { composer, firstWorkspace, openAgent, send, transcript } from './fixtures/actions'
import { expect, hasAgent, test } from './fixtures/leapmux'

const PROVIDERS = [
  { id: 'claude', label: 'Claude Code', asks: true },
  { id: 'reasonix', label: 'Reasonix', asks: false },
  { id: 'opencode', label: 'OpenCode', asks: true },
] as const

for (const { id, label, asks } of PROVIDERS) {
  test.describe(label, () => {
    test.skip(!hasAgent(id), `${label} runs only where its program is installed`)

    test.beforeEach(async ({ app, leapmux }) => {
      await firstWorkspace(app)
      await openAgent(app, label, leapmux.project)
    })

    test('streams a reply', async ({ app, leapmux }) => {
      await send(app, 'SAY the beginning\nHOLD\nSAY the end')
      await expect(transcript(app)).toContainText('the beginning')
      await expect(app.getByRole('button', { name: 'Interrupt' })).toBeVisible()
      await leapmux.model.release()
      await expect(transcript(app)).toContainText('the end')
      await expect(transcript(app)).toContainText(/Took \d/)
    })

    if (asks) {
      test('asks before it runs a command', async ({ app }) => {
        await send(app, 'RUN touch approved.txt')
        const banner = app.getByRole('region', { name: /Permission/ })
        await expect(banner).toContainText('touch approved.txt')
        await banner.getByRole('button', { name: 'Allow', exact: true }).click()
        await expect(transcript(app)).toContainText('Done.')
        await expect(transcript(app)).toContainText('Approved')
        await expect(banner).toBeHidden()
      })
    }

    test('is interrupted in a long turn and goes on afterwards', async ({ app }) => {
      await send(app, 'SLOW 2000 20')
      await app.getByRole('button', { name: 'Interrupt' }).click()
      await expect(transcript(app)).toContainText(/Interrupted|Turn ended/)
      await send(app, 'SAY still here')
      await expect(transcript(app)).toContainText('still here')
    })

    test('keeps its transcript over a kill and resumes where it was', async ({ app, leapmux }) => {
      await send(app, 'SAY remember the milk')
      await expect(transcript(app)).toContainText(/Took \d/)
      await leapmux.killAndRestart()
      await app.reload()
      await expect(transcript(app)).toContainText('remember the milk')
      await send(app, 'SAY and the bread')
      await expect(transcript(app)).toContainText('and the bread')
      await expect(composer(app)).toBeVisible()
    })
  })
}
