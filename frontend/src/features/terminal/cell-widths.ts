// Characters' widths as xterm.js asks for them, from runs of code points (`core/cell-widths.ts`). Pure.
import type { IUnicodeVersionProvider } from '@xterm/xterm'

type Width = 0 | 1 | 2

/** The planes with everything that is met often are looked up, the others searched. */
const TABLE_SIZE = 0x20000

/** The bits of xterm's "character properties" that are not its own: width, and whether it joins the cell before. */
const properties = (width: Width, joins: boolean): number => (width << 1) | (joins ? 1 : 0)
const widthOf = (value: number): Width => ((value >> 1) & 3) as Width

/**
 * Every character counts for itself, as the screen model on the Worker and the programs in the terminal count: what draws as one
 * sign (a flag, a family) may take more cells than it fills, but no column is ever another one on the two sides.
 */
export function createWidthProvider(runs: Uint32Array): IUnicodeVersionProvider {
  const table = expand(runs)
  const wcwidth = (codePoint: number): Width => (table[codePoint] ?? search(runs, codePoint)) as Width
  return {
    version: 'leapmux',
    wcwidth,
    charProperties(codePoint, preceding) {
      const width = wcwidth(codePoint)
      // A mark joins what it stands on and leaves it as wide as it was.
      const before = widthOf(preceding)
      return width === 0 && before > 0 ? properties(before, true) : properties(width, false)
    },
  }
}

function expand(runs: Uint32Array): Uint8Array {
  const table = new Uint8Array(TABLE_SIZE)
  runs.forEach((run, index) => {
    const next = runs[index + 1]
    table.fill(run & 3, Math.min(run >> 2, TABLE_SIZE), next === undefined ? TABLE_SIZE : next >> 2)
  })
  return table
}

function search(runs: Uint32Array, codePoint: number): number {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle] ?? 0) >> 2 <= codePoint) low = middle + 1
    else high = middle
  }
  return (runs[low - 1] ?? 0) & 3
}
