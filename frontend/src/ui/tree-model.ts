// A tree as the rows it shows, and where the arrow keys lead. Pure.

export interface TreeNode {
  readonly id: string
  readonly label: string
  /** Undefined: a leaf. Empty: a branch without children, or with children not loaded yet. */
  readonly children?: readonly TreeNode[] | undefined
}

export interface TreeRow<N extends TreeNode = TreeNode> {
  readonly node: N
  readonly id: string
  /** From 1. */
  readonly level: number
  readonly parentId: string | undefined
  readonly isBranch: boolean
  readonly isExpanded: boolean
  /** From 1, and of how many. */
  readonly position: number
  readonly setSize: number
}

export function treeRows<N extends TreeNode>(
  nodes: readonly N[],
  isExpanded: (id: string) => boolean,
  level = 1,
  parentId?: string,
): readonly TreeRow<N>[] {
  return nodes.flatMap((node, index) => {
    const isBranch = node.children !== undefined
    const open = isBranch && isExpanded(node.id)
    const row: TreeRow<N> = {
      node,
      id: node.id,
      level,
      parentId,
      isBranch,
      isExpanded: open,
      position: index + 1,
      setSize: nodes.length,
    }
    return open ? [row, ...treeRows(node.children as readonly N[], isExpanded, level + 1, node.id)] : [row]
  })
}

export type TreeMove = { readonly focus: string } | { readonly toggle: string } | undefined

/** What a key does on the focused row (WAI-ARIA tree view). */
export function treeMove(rows: readonly TreeRow[], focused: string | undefined, key: string): TreeMove {
  const index = rows.findIndex(row => row.id === focused)
  const row = rows[index]
  const at = (target: number): TreeMove => {
    const found = rows[target]
    return found && { focus: found.id }
  }
  switch (key) {
    case 'ArrowDown':
      return at(index + 1)
    case 'ArrowUp':
      return index > 0 ? at(index - 1) : undefined
    case 'Home':
      return at(0)
    case 'End':
      return at(rows.length - 1)
    case 'ArrowRight':
      if (!row?.isBranch) return undefined
      return row.isExpanded ? (rows[index + 1]?.parentId === row.id ? at(index + 1) : undefined) : { toggle: row.id }
    case 'ArrowLeft':
      if (row?.isBranch && row.isExpanded) return { toggle: row.id }
      return row?.parentId === undefined ? undefined : { focus: row.parentId }
    default:
      return undefined
  }
}

/** The next row whose label starts with `text`, searching from the focused one round the end. */
export function typeAhead(rows: readonly TreeRow[], focused: string | undefined, text: string): string | undefined {
  const wanted = text.toLocaleLowerCase()
  const start = Math.max(
    0,
    rows.findIndex(row => row.id === focused),
  )
  // A longer prefix may still match the row it has led to; a single letter goes on to the next one.
  const offset = text.length > 1 ? 0 : 1
  for (let step = 0; step < rows.length; step++) {
    const row = rows[(start + offset + step) % rows.length]
    if (row?.node.label.toLocaleLowerCase().startsWith(wanted)) return row.id
  }
  return undefined
}
