// Which rows the chat shows for the loaded items: hidden ones left out, reads and notices folded, sub-agents indented. Pure.
import type { Item } from '../../gen/leapmux/worker/v1/agent_pb'
import { ToolStatus } from '../../gen/leapmux/worker/v1/agent_pb'

export interface Row {
  /** Stays the same while rows are added around it, so that the list keeps its place. */
  readonly key: string
  readonly kind: 'item' | 'reads' | 'notices'
  /** One id, or the folded ones in order. */
  readonly ids: readonly string[]
  /** Nesting of sub-agents. */
  readonly depth: number
  /** The row above belongs to another sub-agent: name it. Item id of the sub-agent's tool. */
  readonly scopeChanged: string | undefined
}

export interface RowOptions {
  readonly showHidden: boolean
  /** The reader opened or closed this item; undefined: as it comes. */
  isExpanded(id: string): boolean | undefined
}

/** Part of an item that decides about rows; text that grows is not part of it. */
export function rowShape(item: Item): string {
  const { body } = item
  const folds = body.case === 'tool' ? `${body.value.kind}/${body.value.status}` : isHidden(item) ? 'hidden' : ''
  return `${body.case ?? 'none'}|${item.scope}|${item.position}|${folds}`
}

/** Rows nobody needs to read: empty ones, and requests that the banner above the composer shows. */
export function isHidden(item: Item): boolean {
  const { body } = item
  switch (body.case) {
    case 'text':
    case 'thinking':
      return body.value.text.trim() === ''
    case 'permission':
    case 'question':
      return body.value.resolution?.resolved !== true
    case 'tool':
      // The question itself has a row of its own.
      return body.value.kind === 'question'
    case undefined:
      return true
    default:
      return false
  }
}

/** `previousKeys`: item id → row key of the rows built before. */
export function buildRows(
  items: readonly Item[],
  options: RowOptions,
  previousKeys: ReadonlyMap<string, string> = new Map(),
): readonly Row[] {
  const byId = new Map(items.map(item => [item.itemId, item]))
  const rows: Row[] = []
  let scope = ''
  for (const item of items) {
    if ((isHidden(item) && !options.showHidden) || isFolded(item, byId, options)) continue
    const depth = scopeDepth(item, byId)
    const fold = foldKind(item)
    const last = rows.at(-1)
    if (fold !== undefined && last?.kind === fold && item.scope === scope) {
      const ids = [...last.ids, item.itemId]
      rows[rows.length - 1] = { ...last, ids, key: groupKey(ids, previousKeys) }
      continue
    }
    const kind = fold ?? 'item'
    rows.push({
      key: kind === 'item' ? item.itemId : groupKey([item.itemId], previousKeys),
      kind,
      ids: [item.itemId],
      depth,
      scopeChanged: item.scope !== scope && item.scope !== '' ? item.scope : undefined,
    })
    scope = item.scope
  }
  return rows
}

/** Item id → key of the row it is in. */
export function rowKeys(rows: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(rows.flatMap(row => row.ids.map(id => [id, row.key] as const)))
}

function groupKey(ids: readonly string[], previousKeys: ReadonlyMap<string, string>): string {
  for (const id of ids) {
    const key = previousKeys.get(id)
    if (key?.startsWith('group:')) return key
  }
  return `group:${ids[0]}`
}

function foldKind(item: Item): 'reads' | 'notices' | undefined {
  if (item.body.case === 'notice' && item.body.value.level !== 'error') return 'notices'
  const isRead = item.body.case === 'tool' && item.body.value.kind === 'read' && item.body.value.status === ToolStatus.OK
  return isRead ? 'reads' : undefined
}

/** A finished sub-agent's steps are folded into its row until the reader opens it. */
function isFolded(item: Item, byId: ReadonlyMap<string, Item>, options: RowOptions): boolean {
  let scope = item.scope
  for (let guard = 0; scope !== '' && guard < 16; guard += 1) {
    const parent = byId.get(scope)
    if (parent === undefined) return false
    const isDone = parent.body.case === 'tool' && parent.body.value.status !== ToolStatus.RUNNING
    if (!(options.isExpanded(scope) ?? !isDone)) return true
    scope = parent.scope
  }
  return false
}

function scopeDepth(item: Item, byId: ReadonlyMap<string, Item>): number {
  let depth = 0
  let scope = item.scope
  while (scope !== '' && depth < 6) {
    depth += 1
    scope = byId.get(scope)?.scope ?? ''
  }
  return depth
}
