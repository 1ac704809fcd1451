// Creating, renaming and deleting workspaces, with the Workers' part.
import type { Services } from '../../app/services'
import type { TabView, WorkspaceView } from '../../core/ports'
import { allTabs, leavesOf } from '../layout'
import type { OpenAgentOptions } from '../new-tab/open-tabs'
import { closeTab } from '../tab'

export const UNTITLED = 'Untitled'

export const titleOf = (workspace: { readonly title: string } | undefined): string => workspace?.title || UNTITLED

/**
 * Creates a workspace, starts its first agent when one is given, and goes there. When the agent cannot be started the
 * workspace is taken back and the error is the Worker's.
 */
export async function createWorkspace(services: Services, title: string, agent: OpenAgentOptions | undefined): Promise<string> {
  const { layout, openTabs, navigation } = services
  const id = layout.commands.createWorkspace(title)
  const workspace = layout.workspace(id)
  const tile = workspace && leavesOf(workspace.root)[0]
  if (agent && tile) {
    try {
      await openTabs.agent({ workspaceId: id, tileId: tile.id }, agent)
    } catch (cause) {
      layout.commands.deleteWorkspace(id)
      throw cause
    }
  }
  navigation.openWorkspace(id)
  return id
}

export function renameWorkspace({ layout }: Services, workspaceId: string, title: string): void {
  layout.commands.renameWorkspace(workspaceId, title)
}

/** Deletes at once and asks the Workers to end what ran there; what cannot be reached is cleaned up by its Worker later. */
export function deleteWorkspace(services: Services, workspace: WorkspaceView): void {
  const { layout, view, navigation, workers } = services
  const tabs = allTabs(workspace).filter(tab => tab.kind !== 'file')
  const wasShown = view.workspaceId() === workspace.id
  const next = layout.workspaces()?.find(each => each.id !== workspace.id)
  layout.commands.deleteWorkspace(workspace.id)
  if (wasShown) {
    if (next) navigation.openWorkspace(next.id)
    else navigation.openDashboard()
  }
  for (const tab of tabs) void endTab(workers, tab)
}

async function endTab(workers: Services['workers'], tab: TabView): Promise<void> {
  await workers
    .get(tab.workerId)
    .call(closeTab, { tabId: tab.id })
    .catch(() => undefined)
}
