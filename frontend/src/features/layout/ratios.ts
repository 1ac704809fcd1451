// Moving a divider: only its two neighbours change, neither gets smaller than the minimum. Pure.

/** Smallest share of a container (spec LAY-64). */
export const MIN_SHARE = 0.05
/** One arrow key press. */
export const KEY_STEP = 0.02

/** The ratios after moving divider `index` by `delta` of the container. */
export function moveDivider(ratios: readonly number[], index: number, delta: number): readonly number[] {
  const before = ratios[index]
  const after = ratios[index + 1]
  if (before === undefined || after === undefined) return ratios
  const both = before + after
  // Two neighbours that together are below twice the minimum keep their halves at least.
  const minimum = Math.min(MIN_SHARE, both / 2)
  const moved = Math.min(both - minimum, Math.max(minimum, before + delta))
  return ratios.map((ratio, at) => (at === index ? moved : at === index + 1 ? both - moved : ratio))
}

/** The two neighbours share alike. */
export function centreDivider(ratios: readonly number[], index: number): readonly number[] {
  const half = ((ratios[index] ?? 0) + (ratios[index + 1] ?? 0)) / 2
  return ratios.map((ratio, at) => (at === index || at === index + 1 ? half : ratio))
}

/** Where the divider stands between its neighbours, and how far it can go: percent of the container, for `aria-value*`. */
export function dividerValues(ratios: readonly number[], index: number): { now: number; min: number; max: number } {
  const start = ratios.slice(0, index).reduce((total, ratio) => total + ratio, 0)
  const before = ratios[index] ?? 0
  const both = before + (ratios[index + 1] ?? 0)
  const minimum = Math.min(MIN_SHARE, both / 2)
  const percent = (share: number): number => Math.round((start + share) * 100)
  return { now: percent(before), min: percent(minimum), max: percent(both - minimum) }
}
