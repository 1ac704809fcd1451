// The first minute: no login, a workspace is there, another one is made, the page survives a reload.
import { composer, createWorkspace } from './fixtures/actions'
import { expect, hasAgent, test } from './fixtures/leapmux'

test('opens without login straight into a workspace', async ({ app }) => {
  await expect(app).toHaveURL(/\/o\/solo\/workspace\/ws_/)
  await expect(app.getByRole('button', { name: /Open a new agent tab/ })).toBeVisible()
})

test('a new workspace with an agent is shown at once and kept', async ({ app, leapmux }) => {
  test.skip(!hasAgent('reasonix'), 'a workspace begins with an agent')
  await createWorkspace(app, 'Second thoughts', 'Reasonix', leapmux.project)
  await expect(composer(app)).toBeVisible()
  await app.reload()
  await expect(app).toHaveTitle('Second thoughts - LeapMux')
})

test('foreign host names and origins are refused', async ({ leapmux, request }) => {
  const rebound = await request.get(leapmux.url, { headers: { host: 'evil.example' } })
  expect(rebound.status()).toBe(403)
  const foreign = await request.post(`${leapmux.url}/leapmux.hub.v1.WorkspaceService/CreateWorkspace`, {
    headers: { origin: 'http://evil.example', 'content-type': 'application/json' },
    data: {},
  })
  expect(foreign.status()).toBe(403)
})
