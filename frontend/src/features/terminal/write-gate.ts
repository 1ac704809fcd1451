// Credits of a terminal view: output is taken at once while little of it is unparsed, and late when the view falls behind.

/** Above this many unparsed bytes the Worker has to wait; below the second it goes on. */
export const HIGH_WATER = 512 * 1024
export const LOW_WATER = 128 * 1024

export interface WriteGate {
  /** Settles when the next piece may come; at once while the view keeps up. */
  write(data: Uint8Array): Promise<void> | undefined
  /** Settles when everything written so far has been parsed. */
  drained(): Promise<void>
}

/** `sink` calls back when a piece has been parsed. */
export function createWriteGate(sink: (data: Uint8Array, parsed: () => void) => void): WriteGate {
  let unparsed = 0
  let waiting: (() => void)[] = []
  let draining: (() => void)[] = []

  function parsed(size: number): void {
    unparsed -= size
    if (unparsed < LOW_WATER) release()
    if (unparsed === 0) {
      const done = draining
      draining = []
      for (const resolve of done) resolve()
    }
  }
  function release(): void {
    const resumed = waiting
    waiting = []
    for (const resolve of resumed) resolve()
  }

  return {
    write(data) {
      unparsed += data.length
      sink(data, () => parsed(data.length))
      return unparsed <= HIGH_WATER ? undefined : new Promise(resolve => waiting.push(resolve))
    },
    drained: () => (unparsed === 0 ? Promise.resolve() : new Promise(resolve => draining.push(resolve))),
  }
}
