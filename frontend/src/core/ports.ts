// What features may know of the layout engine: an immutable view per workspace and commands. Implemented by layout.ts over wasm.
import type { Accessor } from 'solid-js'

export type TabKind = 'agent' | 'terminal' | 'file'
export type Direction = 'vertical' | 'horizontal'

export interface TabView {
  readonly id: string
  readonly kind: TabKind
  readonly workerId: string
  readonly tileId: string
}
export interface LeafView {
  readonly type: 'leaf'
  readonly id: string
  /** In order. */
  readonly tabs: readonly TabView[]
}
export interface SplitView {
  readonly type: 'split'
  readonly id: string
  /** The divider line's direction: vertical = side by side (LAY-3). */
  readonly direction: Direction
  /** Sum 1, one per child. */
  readonly ratios: readonly number[]
  readonly children: readonly LayoutNode[]
}
export interface GridView {
  readonly type: 'grid'
  readonly id: string
  readonly rows: number
  readonly cols: number
  readonly rowRatios: readonly number[]
  readonly colRatios: readonly number[]
  /** Row by row, rows × cols. */
  readonly cells: readonly LayoutNode[]
}
export type LayoutNode = LeafView | SplitView | GridView
export interface FloatingWindowView {
  readonly id: string
  /** Fractions of the canvas. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly opacity: number
  readonly root: LayoutNode
}
export interface WorkspaceView {
  readonly id: string
  readonly title: string
  readonly ownerUserId: string
  /** The caller owns it and may change it. */
  readonly editable: boolean
  readonly root: LayoutNode
  readonly windows: readonly FloatingWindowView[]
}

/** Where a tab goes: at the end, or before/after a sibling. */
export type TabPlacement = { readonly tileId: string; readonly before?: string; readonly after?: string }

/** Every command applies locally at once, is confirmed by the Hub, and reports a refusal through `onRefused`. */
export interface LayoutCommands {
  /** Answers its id. Throws an Error with the sentence when the title is empty or too long. */
  createWorkspace(title: string): string
  renameWorkspace(workspaceId: string, title: string): void
  deleteWorkspace(workspaceId: string): void
  /** Adds a tab; the id is made by `newTabId`, so that the Worker can be asked first. */
  addTab(workspaceId: string, tab: { id: string; kind: TabKind; workerId: string }, placement: TabPlacement): void
  moveTab(workspaceId: string, tabId: string, placement: TabPlacement): void
  removeTab(workspaceId: string, tabId: string): void
  /** Answers the new, empty leaf; the tile itself when it was refused. */
  splitTile(workspaceId: string, tileId: string, direction: Direction): string
  /** `move`: its tabs go to the nearest leaf; `remove`: its tabs go with it. Answers that leaf either way: focus belongs there. */
  closeTile(workspaceId: string, tileId: string, tabs: 'move' | 'remove'): string | undefined
  setRatios(workspaceId: string, nodeId: string, ratios: readonly number[]): void
  makeGrid(workspaceId: string, tileId: string, rows: number, cols: number): void
}

export interface LayoutEngine {
  /** Undefined until the first snapshot arrived. Ids in sidebar order. */
  readonly workspaces: Accessor<readonly { id: string; title: string; editable: boolean }[] | undefined>
  workspace(id: string): WorkspaceView | undefined
  readonly commands: LayoutCommands
  newTabId(): string
  /** The organization stream: connected, or since when (ms since 1970) not. */
  readonly online: Accessor<{ readonly connected: boolean; readonly since: number }>
  /** Called with the sentence for the user when the Hub refuses or a change is dropped. */
  onRefused(listener: (sentence: string) => void): () => void
}
