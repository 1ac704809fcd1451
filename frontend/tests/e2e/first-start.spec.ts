// The first minute: no login, a workspace is there, another one is made, the page survives a reload.
import { composer, createWorkspace, firstWorkspace } from './fixtures/actions'
import { expect, hasAgent, test } from './fixtures/leapmux'

test('opens without login straight into a workspace', async ({ app }) => {
  await expect(app).toHaveURL(/\/o\/solo\/workspace\/ws_/)
  await expect(app.getByRole('button', { name: /Open a new agent tab/ })).toBeVisible()
})

test('knows nothing of accounts', async ({ app, leapmux }) => {
  await app.getByRole('button', { name: 'Application menu' }).click()
  await expect(app.getByRole('menuitem')).toHaveText([/^About/, /^Preferences/])
  await app.keyboard.press('Escape')
  await expect(app.getByRole('button', { name: /^Worker menu of/ })).toBeVisible()
  await expect(app.getByRole('button', { name: 'Register worker' })).toHaveCount(0)
  for (const page of ['login', 'signup', 'setup']) {
    await app.goto(`${leapmux.url}/${page}`)
    await expect(app).toHaveURL(/\/o\/solo\/workspace\/ws_/)
  }
})

test('a new workspace with an agent is shown at once and kept', async ({ app, leapmux }) => {
  test.skip(!hasAgent('reasonix'), 'a workspace begins with an agent')
  await createWorkspace(app, 'Second thoughts', 'Reasonix', leapmux.project)
  await expect(composer(app)).toBeVisible()
  await app.reload()
  await expect(app).toHaveTitle('Second thoughts - LeapMux')
})

test('a browser that was never here before is announced to the one that is open', async ({ app, browser, leapmux }) => {
  await expect(app.getByText(/^Encrypted to/)).toBeVisible()
  await expect(app.getByText(/A new device/)).toHaveCount(0)
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(leapmux.url)
  await expect(stranger.getByText(/^Encrypted to/)).toBeVisible()
  await expect(app.getByText(/^A new device connected to .+: \w+-\w+-\w+-\w+\./)).toBeVisible()
  await expect(stranger.getByText(/A new device/)).toHaveCount(0)
  await app.getByRole('button', { name: 'Dismiss' }).click()
  await app.reload()
  await firstWorkspace(app)
  await expect(app.getByText(/A new device/)).toHaveCount(0)
  await stranger.context().close()
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
