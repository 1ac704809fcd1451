// Consecutive notices as one list: repeats counted, an older state of the same thing replaced. Pure.

export interface NoticeLike {
  readonly level: string
  readonly text: string
  readonly kind: string
}
export interface MergedNotice {
  readonly level: 'info' | 'warning' | 'error'
  readonly text: string
  readonly kind: string
  readonly count: number
}

/** Kinds of which only the newest of a run says anything: "API Retry 1/10", "API Retry 2/10", … */
const SUPERSEDING = new Set(['retry', 'compaction', 'rate_limit'])

export function mergeNotices(notices: readonly NoticeLike[]): readonly MergedNotice[] {
  const merged: MergedNotice[] = []
  for (const notice of notices) {
    const level = notice.level === 'warning' || notice.level === 'error' ? notice.level : 'info'
    const last = merged.at(-1)
    if (last?.text === notice.text) merged[merged.length - 1] = { ...last, count: last.count + 1 }
    else if (last?.kind === notice.kind && SUPERSEDING.has(notice.kind)) {
      merged[merged.length - 1] = { level, text: notice.text, kind: notice.kind, count: 1 }
    } else merged.push({ level, text: notice.text, kind: notice.kind, count: 1 })
  }
  return merged
}
