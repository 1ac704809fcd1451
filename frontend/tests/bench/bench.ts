// What a measurement is given by `leapmux-bench`, and the figures it gives back.
import { readFileSync, writeFileSync } from 'node:fs'

interface Given {
  /** Where the page is. */
  readonly url: string
  /** The home of the program's shells. */
  readonly home: string
  /** The file for the figures. */
  readonly figures: string
}

/** `LEAPMUX_BENCH`, with what this script needs besides. */
export function given<More = object>(): Given & More {
  const text = process.env.LEAPMUX_BENCH
  if (text === undefined) throw new Error('LEAPMUX_BENCH is not set: run `cargo xtask bench`')
  return JSON.parse(text) as Given & More
}

/** Adds figures to those found so far. */
export function found(figures: Readonly<Record<string, number>>): void {
  const file = given().figures
  const text = readFileSync(file, 'utf8')
  const before = text === '' ? {} : (JSON.parse(text) as object)
  writeFileSync(file, JSON.stringify({ ...before, ...figures }))
}

export function median(samples: readonly number[]): number {
  return [...samples].sort((left, right) => left - right)[Math.floor(samples.length / 2)] ?? Number.NaN
}
