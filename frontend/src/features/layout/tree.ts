// Questions about a layout tree. Pure; the tree itself is changed by the layout engine only.
import type { LayoutNode, LeafView, TabView, WorkspaceView } from '../../core/ports'

/** Splits and grids may nest this deep in the main layout (spec LAY-6). */
export const MAX_DEPTH = 3

export function childrenOf(node: LayoutNode): readonly LayoutNode[] {
  if (node.type === 'split') return node.children
  if (node.type === 'grid') return node.cells
  return []
}

/** Leaves in reading order. */
export function leavesOf(node: LayoutNode): readonly LeafView[] {
  return node.type === 'leaf' ? [node] : childrenOf(node).flatMap(leavesOf)
}

/** Leaves of the main layout, then of the floating windows. */
export function allLeaves(workspace: WorkspaceView): readonly LeafView[] {
  return [...leavesOf(workspace.root), ...workspace.windows.flatMap(window => leavesOf(window.root))]
}

export function allTabs(workspace: WorkspaceView): readonly TabView[] {
  return allLeaves(workspace).flatMap(leaf => leaf.tabs)
}

export function findLeaf(workspace: WorkspaceView, tileId: string): LeafView | undefined {
  return allLeaves(workspace).find(leaf => leaf.id === tileId)
}

export function findTab(workspace: WorkspaceView, tabId: string): TabView | undefined {
  return allTabs(workspace).find(tab => tab.id === tabId)
}

/** How many splits and grids lie above a node of the main layout; undefined when it is not there. */
export function depthOf(root: LayoutNode, nodeId: string, depth = 0): number | undefined {
  if (root.id === nodeId) return depth
  for (const child of childrenOf(root)) {
    const found = depthOf(child, nodeId, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** A single cell of a grid cannot be closed, nor the last leaf of the main layout (spec LAY-65, LAY-66). */
export function canCloseTile(root: LayoutNode, tileId: string): boolean {
  if (root.id === tileId) return false
  const parent = parentOf(root, tileId)
  return parent?.type === 'split'
}

export function parentOf(root: LayoutNode, nodeId: string): LayoutNode | undefined {
  for (const child of childrenOf(root)) {
    if (child.id === nodeId) return root
    const found = parentOf(child, nodeId)
    if (found) return found
  }
  return undefined
}

/** A split inside a split counts one level each; a new one must not exceed the limit. */
export function canSplitTile(root: LayoutNode, tileId: string): boolean {
  const depth = depthOf(root, tileId)
  return depth !== undefined && depth < MAX_DEPTH
}

/**
 * The active tab of a tile: the remembered one, or what took its place in the bar (the next one, else the last).
 */
export function activeTabOf(
  tabs: readonly TabView[],
  remembered: { tabId: string; index: number } | undefined,
): TabView | undefined {
  if (!remembered) return tabs[0]
  return tabs.find(tab => tab.id === remembered.tabId) ?? tabs[Math.min(remembered.index, tabs.length - 1)]
}
