// Workspaces in the sidebar: renamed and deleted, seen by another window at once.
import { firstWorkspace, workspaceMenu } from './fixtures/actions'
import { expect, test } from './fixtures/leapmux'

test('a workspace is renamed, in every window and for good', async ({ app, context }) => {
  await firstWorkspace(app)
  const other = await context.newPage()
  await other.goto(app.url())
  await workspaceMenu(app, 'My workspace', 'Rename')
  await app.getByRole('textbox', { name: 'Workspace name' }).fill('Summer house')
  await app.keyboard.press('Enter')
  await expect(app).toHaveTitle('Summer house - LeapMux')
  await expect(other).toHaveTitle('Summer house - LeapMux')
  await expect(app.getByRole('heading', { name: 'Summer house' })).toBeVisible()
  await app.reload()
  await expect(app.getByRole('treeitem', { name: 'Summer house' })).toBeVisible()
})

test('the last workspace is deleted, in every window, and another one is offered', async ({ app, context }) => {
  await firstWorkspace(app)
  const other = await context.newPage()
  await other.goto(app.url())
  await firstWorkspace(other)
  await workspaceMenu(app, 'My workspace', 'Delete')
  const dialog = app.getByRole('alertdialog', { name: 'Delete workspace' })
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(app.getByRole('button', { name: /^Create a new workspace/ })).toBeVisible()
  await expect(other.getByText('“My workspace” was deleted.')).toBeVisible()
  await expect(other.getByRole('button', { name: /^Create a new workspace/ })).toBeVisible()
})
