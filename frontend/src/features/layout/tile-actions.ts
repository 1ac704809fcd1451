// What can be done to a tile: one place for buttons, menus, keys and the palette.
import type { Direction, LayoutEngine, LeafView, TabView, WorkspaceView } from '../../core/ports'
import type { OpenTabs } from '../new-tab/open-tabs'
import type { ToastStore } from '../notification/toast-store'
import type { TabsStore } from '../tab/tabs-store'
import { allLeaves, canCloseTile, canSplitTile, findLeaf } from './tree'
import type { ViewStore } from './view-store'

export interface TileActions {
  canSplit(tileId: string): boolean
  canClose(tileId: string): boolean
  /** Tabs stay in the first pane; the new, empty one is focused. */
  split(tileId: string, direction: Direction): void
  /** At once when empty; otherwise asks what becomes of the tabs. */
  close(tileId: string): void
  closeTab(tab: TabView): void
  renameTab(tab: TabView, title: string): void
  /** `before` undefined: to the end of the tile. */
  moveTab(tabId: string, tileId: string, before: string | undefined): void
}

export type AskCloseTile = (leaf: LeafView, answer: (tabs: 'move' | 'remove') => void) => void

export interface TileActionsPorts {
  readonly layout: LayoutEngine
  readonly view: ViewStore
  readonly openTabs: OpenTabs
  readonly tabs: TabsStore
  readonly toasts: ToastStore
  readonly askCloseTile: AskCloseTile
}

export function createTileActions(ports: TileActionsPorts): TileActions {
  const { layout, view, openTabs, tabs, toasts, askCloseTile } = ports
  const editable = (): WorkspaceView | undefined => {
    const workspace = view.workspace()
    return workspace?.editable ? workspace : undefined
  }
  const isFocusable = (workspace: WorkspaceView, tileId: string): boolean => allLeaves(workspace).some(leaf => leaf.id === tileId)

  async function removeTile(workspace: WorkspaceView, leaf: LeafView, what: 'move' | 'remove'): Promise<void> {
    if (what === 'remove') {
      // One by one, so that each may still refuse; the tile goes only when all are gone.
      for (const tab of leaf.tabs) await openTabs.close(workspace.id, tab)
      const left = layout.workspace(workspace.id)
      if (!left || (findLeaf(left, leaf.id)?.tabs.length ?? 0) > 0) return
    }
    const active = view.activeTabOf(leaf)
    const heir = layout.commands.closeTile(workspace.id, leaf.id, 'move')
    if (what === 'move' && active) view.activate(workspace.id, active.id)
    else if (heir !== undefined) view.focusTile(workspace.id, heir)
    view.requestFocus()
  }

  return {
    canSplit(tileId) {
      const workspace = editable()
      return workspace !== undefined && canSplitTile(workspace.root, tileId)
    },
    canClose(tileId) {
      const workspace = editable()
      return workspace !== undefined && canCloseTile(workspace.root, tileId)
    },
    split(tileId, direction) {
      const workspace = editable()
      if (!workspace || !canSplitTile(workspace.root, tileId)) return
      view.focusTile(workspace.id, layout.commands.splitTile(workspace.id, tileId, direction))
      view.requestFocus()
    },
    close(tileId) {
      const workspace = editable()
      const leaf = workspace && findLeaf(workspace, tileId)
      if (!workspace || !leaf || !canCloseTile(workspace.root, tileId)) return
      if (leaf.tabs.length === 0) void removeTile(workspace, leaf, 'move')
      else askCloseTile(leaf, what => void removeTile(workspace, leaf, what))
    },
    closeTab(tab) {
      const workspace = editable()
      if (workspace) void closeAndRefocus(workspace, tab)
    },
    renameTab(tab, title) {
      void tabs.rename(tab.id, tab.workerId, title).catch(() => {
        toasts.show({ kind: 'danger', text: `Failed to rename ${tab.kind}` })
      })
    },
    moveTab(tabId, tileId, before) {
      const workspace = editable()
      if (!workspace || !isFocusable(workspace, tileId)) return
      layout.commands.moveTab(workspace.id, tabId, { tileId, ...(before !== undefined && { before }) })
      view.activate(workspace.id, tabId)
      view.requestFocus()
    },
  }

  /** The keyboard goes to the neighbour; an emptied tile hands it to another one that shows a tab (spec LAY-54). */
  async function closeAndRefocus(workspace: WorkspaceView, tab: TabView): Promise<void> {
    await openTabs.close(workspace.id, tab)
    const left = layout.workspace(workspace.id)
    const emptied = left && findLeaf(left, tab.tileId)
    if (!left || !emptied || view.focusedTile()?.id !== emptied.id) return
    const next = emptied.tabs.length > 0 ? undefined : allLeaves(left).find(leaf => leaf.tabs.length > 0)
    if (next) view.focusTile(left.id, next.id)
    view.requestFocus()
  }
}
