// What each window keeps to itself (spec LAY-13): the workspace it shows, the active tab of each tile, the focused tile.
import { type Accessor, createMemo, createSignal } from 'solid-js'
import { createStore } from 'solid-js/store'
import * as v from 'valibot'
import type { LayoutEngine, LeafView, TabView, WorkspaceView } from '../../core/ports'
import { type AppStorage, DAY_MS } from '../../lib/storage'
import { activeTabOf, findLeaf, findTab, leavesOf } from './tree'

export interface ViewStore {
  readonly workspaceId: Accessor<string | undefined>
  readonly workspace: Accessor<WorkspaceView | undefined>
  /** Called by the router; views navigate instead. */
  setWorkspace(workspaceId: string | undefined): void
  /** The workspace shown last by this window. */
  lastWorkspaceId(): string | undefined
  /** The active tab of a tile; undefined when it is empty. */
  activeTabOf(leaf: LeafView): TabView | undefined
  /** The focused tile of the shown workspace; its first leaf unless another was chosen. */
  readonly focusedTile: Accessor<LeafView | undefined>
  /** The active tab of the focused tile. */
  readonly activeTab: Accessor<TabView | undefined>
  /** The active tab, or in an empty tile the one that was active before: where a new tab takes its directory from. */
  readonly contextTab: Accessor<TabView | undefined>
  focusTile(workspaceId: string, tileId: string): void
  setActiveTab(tileId: string, tabId: string, index: number): void
  /** Makes a tab the active one of its tile and focuses that tile. False when the workspace does not hold it. */
  activate(workspaceId: string, tabId: string): boolean
  /** Rises when the user asks for the keyboard to go into the active tab's content. */
  readonly focusRequest: Accessor<number>
  requestFocus(): void
  /** Somebody works in a tab bar: the contents passed there must not take the focus. Ends when content has it or is to have it. */
  readonly isBrowsing: Accessor<boolean>
  setBrowsing(browsing: boolean): void
}

const KEY = 'view'
const schema = v.object({
  workspaceId: v.optional(v.string()),
  focused: v.fallback(v.record(v.string(), v.string()), {}),
  active: v.fallback(v.record(v.string(), v.object({ tabId: v.string(), index: v.number() })), {}),
})
type ViewState = v.InferOutput<typeof schema>

function read(storage: AppStorage): ViewState {
  const parsed = v.safeParse(schema, storage.get(KEY))
  return parsed.success ? parsed.output : { focused: {}, active: {} }
}

/** `storage` is the window's own (session storage), so that two windows do not share a focus. */
export function createViewStore(layout: LayoutEngine, storage: AppStorage): ViewStore {
  const [state, setState] = createStore<ViewState>(read(storage))
  const [workspaceId, setWorkspaceId] = createSignal<string>()
  const [focusRequest, setFocusRequest] = createSignal(0)
  const [isBrowsing, setBrowsing] = createSignal(false)

  const save = (): void => storage.set(KEY, { ...state }, 30 * DAY_MS)
  const workspace = createMemo(() => {
    const id = workspaceId()
    return id === undefined ? undefined : layout.workspace(id)
  })
  const tabOf = (leaf: LeafView): TabView | undefined => activeTabOf(leaf.tabs, state.active[leaf.id])
  const focusedTile = createMemo(() => {
    const shown = workspace()
    if (!shown) return undefined
    const chosen = state.focused[shown.id]
    return (chosen === undefined ? undefined : findLeaf(shown, chosen)) ?? leavesOf(shown.root)[0]
  })

  function focusTile(id: string, tileId: string): void {
    if (state.focused[id] === tileId) return
    setState('focused', id, tileId)
    save()
  }
  function setActiveTab(tileId: string, tabId: string, index: number): void {
    const known = state.active[tileId]
    if (known?.tabId === tabId && known.index === index) return
    setState('active', tileId, { tabId, index })
    save()
  }

  const activeTab = createMemo(() => {
    const leaf = focusedTile()
    return leaf && tabOf(leaf)
  })

  return {
    workspaceId,
    workspace,
    setWorkspace(id) {
      setWorkspaceId(id)
      if (id === undefined || state.workspaceId === id) return
      setState('workspaceId', id)
      save()
    },
    lastWorkspaceId: () => state.workspaceId,
    activeTabOf: tabOf,
    focusedTile,
    activeTab,
    contextTab: createMemo<TabView | undefined>(previous => {
      const shown = workspace()
      return activeTab() ?? (shown && previous && findTab(shown, previous.id))
    }),
    focusTile,
    setActiveTab,
    activate(id, tabId) {
      const target = layout.workspace(id)
      const tab = target && findTab(target, tabId)
      if (!target || !tab) return false
      const index = findLeaf(target, tab.tileId)?.tabs.findIndex(each => each.id === tabId) ?? 0
      setActiveTab(tab.tileId, tabId, index)
      focusTile(id, tab.tileId)
      return true
    },
    focusRequest,
    requestFocus() {
      setBrowsing(false)
      setFocusRequest(count => count + 1)
    },
    isBrowsing,
    setBrowsing: browsing => void setBrowsing(browsing),
  }
}
