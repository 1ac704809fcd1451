// The first minute: no login, a workspace is there, another one is made, the page survives a reload.
import { createWorkspace } from './fixtures/actions'
import { expect, test } from './fixtures/leapmux'

test('opens without login straight into a workspace', async ({ app }) => {
  await expect(app).toHaveURL(/\/o\/solo\/workspace\/ws_/)
  await expect(app.getByRole('button', { name: /Open a new agent tab/ })).toBeVisible()
})

test('a new workspace is shown at once and kept', async ({ app, leapmux }) => {
  await createWorkspace(app, 'Second thoughts', leapmux.project)
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
