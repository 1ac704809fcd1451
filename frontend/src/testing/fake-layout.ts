// A layout engine over plain objects, for tests and the dev pages: every command applies at once, nobody else takes part.
import { createSignal } from 'solid-js'
import type { Direction, LayoutEngine, LayoutNode, LeafView, TabPlacement, TabView, WorkspaceView } from '../core/ports'
import { childrenOf, leavesOf, parentOf } from '../features/layout/tree'

type Change = (node: LayoutNode) => LayoutNode

function mapNodes(node: LayoutNode, change: Change): LayoutNode {
  const inner: LayoutNode =
    node.type === 'split'
      ? { ...node, children: node.children.map(child => mapNodes(child, change)) }
      : node.type === 'grid'
        ? { ...node, cells: node.cells.map(cell => mapNodes(cell, change)) }
        : node
  return change(inner)
}

const mapLeaf = (root: LayoutNode, id: string, change: (leaf: LeafView) => LayoutNode): LayoutNode =>
  mapNodes(root, node => (node.type === 'leaf' && node.id === id ? change(node) : node))

function insert(leaf: LeafView, tab: TabView, placement: TabPlacement): LeafView {
  const others = leaf.tabs.filter(each => each.id !== tab.id)
  const before = others.findIndex(each => each.id === placement.before)
  const after = others.findIndex(each => each.id === placement.after)
  const at = before >= 0 ? before : after >= 0 ? after + 1 : others.length
  return { ...leaf, tabs: [...others.slice(0, at), { ...tab, tileId: leaf.id }, ...others.slice(at)] }
}

const without = (root: LayoutNode, tabId: string): LayoutNode =>
  mapNodes(root, node => (node.type === 'leaf' ? { ...node, tabs: node.tabs.filter(tab => tab.id !== tabId) } : node))

/** Takes a child out of its split; a split of one becomes that one. */
function removeChild(root: LayoutNode, childId: string): LayoutNode {
  return mapNodes(root, node => {
    if (node.type !== 'split' || !node.children.some(child => child.id === childId)) return node
    const kept = node.children.filter(child => child.id !== childId)
    const ratios = node.ratios.filter((_, index) => node.children[index]?.id !== childId)
    const sum = ratios.reduce((a, b) => a + b, 0)
    const [only] = kept
    return kept.length === 1 && only ? only : { ...node, children: kept, ratios: ratios.map(ratio => ratio / sum) }
  })
}

export interface FakeLayout extends LayoutEngine {
  setOnline(connected: boolean): void
  refuse(sentence: string): void
}

export function createFakeLayout(initial: readonly WorkspaceView[] = []): FakeLayout {
  const [state, setState] = createSignal<readonly WorkspaceView[]>(initial)
  const [online, setOnline] = createSignal({ connected: true, since: 0 })
  const listeners = new Set<(sentence: string) => void>()
  let next = 1
  const newId = (prefix: string): string => `${prefix}_${next++}`

  const find = (id: string): WorkspaceView | undefined => state().find(workspace => workspace.id === id)
  const change = (id: string, to: (root: LayoutNode) => LayoutNode): void =>
    void setState(all => all.map(workspace => (workspace.id === id ? { ...workspace, root: to(workspace.root) } : workspace)))

  return {
    workspaces: () => state().map(({ id, title, editable }) => ({ id, title, editable })),
    workspace: find,
    newTabId: () => newId('tab_new'),
    online,
    onRefused(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    setOnline: connected => void setOnline({ connected, since: Date.now() }),
    refuse(sentence) {
      for (const listener of listeners) listener(sentence)
    },
    commands: {
      createWorkspace(title) {
        const id = newId('ws_new')
        const root: LeafView = { type: 'leaf', id: newId('tile'), tabs: [] }
        setState(all => [...all, { id, title, ownerUserId: 'usr_1', editable: true, root, windows: [] }])
        return id
      },
      renameWorkspace: (id, title) => void setState(all => all.map(each => (each.id === id ? { ...each, title } : each))),
      deleteWorkspace: id => void setState(all => all.filter(each => each.id !== id)),
      addTab: (id, tab, placement) =>
        change(id, root => mapLeaf(root, placement.tileId, leaf => insert(leaf, { ...tab, tileId: leaf.id }, placement))),
      moveTab(id, tabId, placement) {
        change(id, root => {
          const tab = leavesOf(root)
            .flatMap(leaf => leaf.tabs)
            .find(each => each.id === tabId)
          return tab ? mapLeaf(without(root, tabId), placement.tileId, leaf => insert(leaf, tab, placement)) : root
        })
      },
      removeTab: (id, tabId) => change(id, root => without(root, tabId)),
      splitTile(id, tileId, direction: Direction) {
        const added: LeafView = { type: 'leaf', id: newId('tile'), tabs: [] }
        change(id, root =>
          mapLeaf(root, tileId, leaf => ({
            type: 'split',
            id: newId('split'),
            direction,
            ratios: [0.5, 0.5],
            children: [leaf, added],
          })),
        )
        return added.id
      },
      closeTile(id, tileId, tabs) {
        const workspace = find(id)
        const parent = workspace && parentOf(workspace.root, tileId)
        const closed = workspace && leavesOf(workspace.root).find(leaf => leaf.id === tileId)
        const sibling = parent && childrenOf(parent).find(child => child.id !== tileId)
        const heir = sibling && leavesOf(sibling)[0]
        if (!closed || !heir) return undefined
        change(id, root =>
          mapLeaf(removeChild(root, tileId), heir.id, leaf =>
            tabs === 'move' ? closed.tabs.reduce((to, tab) => insert(to, tab, { tileId: heir.id }), leaf) : leaf,
          ),
        )
        return heir.id
      },
      setRatios: (id, nodeId, ratios) =>
        change(id, root => mapNodes(root, node => (node.id === nodeId && node.type === 'split' ? { ...node, ratios } : node))),
      makeGrid: () => undefined,
    },
  }
}
