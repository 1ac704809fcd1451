// Folds of unchanged lines and the two arrangements of a diff: one column or two.
import type { DiffLine, FileDiff } from './model'

/** Unchanged lines kept around a change; lines one click on a fold brings back. */
export const CONTEXT_LINES = 3
export const EXPAND_LINES = 10
/** A shorter stretch is not worth hiding. */
const MIN_FOLD = 4

/** How much of a fold the reader has opened, by the index of its first line. */
export type Opened = ReadonlyMap<number, { readonly top: number; readonly bottom: number }>

export interface Fold {
  readonly type: 'fold'
  /** Index of the stretch's first line: the key of `Opened`. */
  readonly id: number
  readonly hidden: number
  /** The lines are there to be shown; a patch leaves them out. */
  readonly canExpand: boolean
  /** There is something above or below the stretch to continue from. */
  readonly hasAbove: boolean
  readonly hasBelow: boolean
}
export interface LineEntry {
  readonly type: 'line'
  readonly index: number
}
export type FoldedEntry = LineEntry | Fold

/** Lines and folds in order. */
export function foldDiff(diff: FileDiff, opened: Opened): readonly FoldedEntry[] {
  const { lines } = diff
  const entries: FoldedEntry[] = []
  let index = 0
  while (index < lines.length) {
    const gap = diff.gaps.get(index)
    if (gap !== undefined) {
      entries.push({ type: 'fold', id: -1 - index, hidden: gap, canExpand: false, hasAbove: index > 0, hasBelow: true })
    }
    if (lines[index]?.kind !== 'context') {
      entries.push({ type: 'line', index })
      index += 1
      continue
    }
    const end = contextEnd(diff, index)
    pushContext(entries, index, end, lines.length, opened)
    index = end
  }
  return entries
}

function contextEnd(diff: FileDiff, from: number): number {
  let end = from + 1
  while (end < diff.lines.length && diff.lines[end]?.kind === 'context' && !diff.gaps.has(end)) end += 1
  return end
}

function pushContext(entries: FoldedEntry[], from: number, to: number, total: number, opened: Opened): void {
  const hasAbove = from > 0
  const hasBelow = to < total
  const open = opened.get(from) ?? { top: 0, bottom: 0 }
  const shownTop = (hasAbove ? CONTEXT_LINES : 0) + open.top
  const shownBottom = (hasBelow ? CONTEXT_LINES : 0) + open.bottom
  const hidden = to - from - shownTop - shownBottom
  const isWhole = hidden < (open.top + open.bottom > 0 ? 1 : MIN_FOLD) || (!hasAbove && !hasBelow)
  const foldFrom = isWhole ? to : from + shownTop
  for (let index = from; index < foldFrom; index += 1) entries.push({ type: 'line', index })
  if (isWhole) return
  entries.push({ type: 'fold', id: from, hidden, canExpand: true, hasAbove, hasBelow })
  for (let index = to - shownBottom; index < to; index += 1) entries.push({ type: 'line', index })
}

/** `down` shows more below the lines above the fold, `up` more above the lines below it. */
export function expandFold(opened: Opened, id: number, direction: 'up' | 'down'): Opened {
  const open = opened.get(id) ?? { top: 0, bottom: 0 }
  const next =
    direction === 'down'
      ? { top: open.top + EXPAND_LINES, bottom: open.bottom }
      : { top: open.top, bottom: open.bottom + EXPAND_LINES }
  return new Map(opened).set(id, next)
}

export interface SplitRow {
  readonly type: 'row'
  readonly left: number | undefined
  readonly right: number | undefined
}

/** Two columns: a removed line beside the added line that took its place. */
export function splitRows(lines: readonly DiffLine[], entries: readonly FoldedEntry[]): readonly (SplitRow | Fold)[] {
  const rows: (SplitRow | Fold)[] = []
  let dels: number[] = []
  let adds: number[] = []
  const flush = () => {
    for (let index = 0; index < Math.max(dels.length, adds.length); index += 1) {
      rows.push({ type: 'row', left: dels[index], right: adds[index] })
    }
    dels = []
    adds = []
  }
  for (const entry of entries) {
    const kind = entry.type === 'line' ? lines[entry.index]?.kind : undefined
    if (entry.type === 'line' && kind === 'del') {
      if (adds.length > 0) flush()
      dels.push(entry.index)
    } else if (entry.type === 'line' && kind === 'add') adds.push(entry.index)
    else {
      flush()
      rows.push(entry.type === 'fold' ? entry : { type: 'row', left: entry.index, right: entry.index })
    }
  }
  flush()
  return rows
}
