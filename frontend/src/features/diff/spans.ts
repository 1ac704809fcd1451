// Colours and word marks of one line, merged into spans that can be drawn one after the other.
import type { SyntaxKind, SyntaxLine } from '../../lib/highlight/highlight'
import type { Mark } from './model'

export interface DiffSpan {
  readonly text: string
  readonly kind: SyntaxKind | undefined
  readonly isMarked: boolean
}

/** Marks must be ascending and apart, as `wordMarks` makes them. */
export function markSpans(line: SyntaxLine, marks: readonly Mark[]): readonly DiffSpan[] {
  const spans: DiffSpan[] = []
  let at = 0
  let next = 0
  for (const span of line) {
    let from = 0
    while (from < span.text.length) {
      while (next < marks.length && (marks[next]?.[1] ?? 0) <= at) next += 1
      const [markFrom, markTo] = marks[next] ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      const isMarked = at >= markFrom
      const stop = isMarked ? markTo : markFrom
      const length = Math.min(span.text.length - from, stop - at)
      spans.push({ text: span.text.slice(from, from + length), kind: span.kind, isMarked })
      from += length
      at += length
    }
  }
  return spans
}
