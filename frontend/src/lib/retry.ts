// When to try again: 250 ms doubling to 15 s, each spread by 20 % so that a restarted server is not met by everybody at once.

const FIRST_MS = 250
const LAST_MS = 15_000
const SPREAD = 0.2

export interface Backoff {
  /** The next delay, ms. */
  next(): number
  /** It worked: start over. */
  reset(): void
}

/** `random` answers numbers in [0, 1). */
export function createBackoff(random: () => number = Math.random): Backoff {
  let delay = FIRST_MS
  return {
    next() {
      const spread = delay * (1 - SPREAD + random() * 2 * SPREAD)
      delay = Math.min(delay * 2, LAST_MS)
      return spread
    },
    reset() {
      delay = FIRST_MS
    },
  }
}

/** Calls the listener when trying again is likely to work: the network is back, or the page is looked at again. */
export function onWake(listener: () => void): () => void {
  const visible = (): void => {
    if (document.visibilityState === 'visible') listener()
  }
  addEventListener('online', listener)
  document.addEventListener('visibilitychange', visible)
  return () => {
    removeEventListener('online', listener)
    document.removeEventListener('visibilitychange', visible)
  }
}
