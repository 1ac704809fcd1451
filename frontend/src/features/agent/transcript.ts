// The loaded window of a transcript: items by id, in order, with the gaps at both ends known. Pure.
import type { Item } from '../../gen/leapmux/worker/v1/agent_pb'

export interface Transcript {
  /** Ids in transcript order. */
  readonly order: readonly string[]
  readonly items: ReadonlyMap<string, Item>
  /** The transcript goes on before the first, after the last loaded item. */
  readonly hasEarlier: boolean
  readonly hasLater: boolean
  /** The highest revision seen: the cursor a new subscription resumes from. */
  readonly rev: bigint
}

export const EMPTY_TRANSCRIPT: Transcript = { order: [], items: new Map(), hasEarlier: false, hasLater: false, rev: 0n }

/** Items of one page are replaced or added where they belong; items outside the window only move the cursor on. */
export function upsertItems(transcript: Transcript, items: readonly Item[]): Transcript {
  const known = new Map(transcript.items)
  let order = transcript.order
  let rev = transcript.rev
  let isSorted = true
  const added: string[] = []
  for (const item of items) {
    if (item.rev > rev) rev = item.rev
    const before = known.get(item.itemId)
    if (before !== undefined) {
      if (before.rev > item.rev) continue
      if (before.position !== item.position) isSorted = false
    } else if (isInWindow(transcript, item)) added.push(item.itemId)
    else continue
    known.set(item.itemId, item)
  }
  if (added.length > 0) order = [...order, ...new Set(added)]
  if (added.length > 0 || !isSorted) order = sortIds(order, known)
  return { ...transcript, order, items: known, rev }
}

/** Whether an item that is not loaded belongs between the loaded ones or at an end that is complete. */
function isInWindow(transcript: Transcript, item: Item): boolean {
  const first = transcript.items.get(transcript.order[0] ?? '')
  const last = transcript.items.get(transcript.order.at(-1) ?? '')
  if (first === undefined || last === undefined) return !transcript.hasLater
  if (transcript.hasEarlier && item.position < first.position) return false
  return !(transcript.hasLater && item.position > last.position)
}

function sortIds(order: readonly string[], items: ReadonlyMap<string, Item>): readonly string[] {
  const position = (id: string) => items.get(id)?.position ?? 0n
  let isSorted = true
  for (let index = 1; index < order.length && isSorted; index += 1) {
    isSorted = position(order[index - 1] ?? '') <= position(order[index] ?? '')
  }
  if (isSorted) return order
  return [...order].sort((left, right) => (position(left) < position(right) ? -1 : position(left) > position(right) ? 1 : 0))
}

/** A page that replaces everything loaded. */
export function replaceAll(
  transcript: Transcript,
  items: readonly Item[],
  ends: { readonly hasEarlier: boolean; readonly hasLater: boolean },
  rev: bigint = transcript.rev,
): Transcript {
  const empty = { ...EMPTY_TRANSCRIPT, rev: rev > transcript.rev ? rev : transcript.rev }
  return { ...upsertItems(empty, items), ...ends }
}

/** A page of history next to the loaded items; what is loaded already is newer and stays. */
export function joinPage(
  transcript: Transcript,
  items: readonly Item[],
  side: 'earlier' | 'later',
  hasMore: boolean,
): Transcript {
  const open = side === 'earlier' ? { ...transcript, hasEarlier: false } : { ...transcript, hasLater: false }
  const joined = upsertItems(open, items)
  return side === 'earlier' ? { ...joined, hasEarlier: hasMore } : { ...joined, hasLater: hasMore }
}

export function removeItem(transcript: Transcript, id: string): Transcript {
  if (!transcript.items.has(id)) return transcript
  const items = new Map(transcript.items)
  items.delete(id)
  return { ...transcript, items, order: transcript.order.filter(known => known !== id) }
}

/** Forgets items at one end until at most `limit` are left. */
export function trim(transcript: Transcript, limit: number, end: 'first' | 'last'): Transcript {
  const excess = transcript.order.length - limit
  if (excess <= 0) return transcript
  const order = end === 'first' ? transcript.order.slice(excess) : transcript.order.slice(0, limit)
  const gone = end === 'first' ? transcript.order.slice(0, excess) : transcript.order.slice(limit)
  const items = new Map(transcript.items)
  for (const id of gone) items.delete(id)
  return { ...transcript, order, items, ...(end === 'first' ? { hasEarlier: true } : { hasLater: true }) }
}

/**
 * Appends pieces to the text of an open item, in the order of their revisions; one that was seen before changes nothing. All in
 * one step, because each step copies the window.
 */
export function appendPieces(
  transcript: Transcript,
  id: string,
  pieces: readonly { readonly text: string; readonly rev: bigint }[],
): Transcript {
  const rev = pieces.at(-1)?.rev ?? 0n
  const next = rev > transcript.rev ? { ...transcript, rev } : transcript
  const item = transcript.items.get(id)
  if (item === undefined || rev <= item.rev) return next
  const fresh = pieces.filter(piece => piece.rev > item.rev)
  const body = appendBody(item.body, fresh.map(piece => piece.text).join(''))
  if (body === undefined) return next
  return { ...next, items: new Map(transcript.items).set(id, { ...item, rev, body }) }
}

function appendBody(body: Item['body'], text: string): Item['body'] | undefined {
  switch (body.case) {
    case 'text':
    case 'thinking':
      return { case: body.case, value: { ...body.value, text: body.value.text + text } }
    case 'tool':
      return { case: 'tool', value: { ...body.value, output: body.value.output + text } }
    default:
      return undefined
  }
}
