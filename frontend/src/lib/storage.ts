// Browser storage behind one prefix: values carry an expiry, stale ones are swept, a full or forbidden store is not an error.

const PREFIX = 'leapmux:'
export const DAY_MS = 24 * 60 * 60 * 1000
export const YEAR_MS = 365 * DAY_MS

export interface AppStorage {
  /** The stored value, or undefined when missing, expired or unreadable. The caller checks its shape. */
  get(key: string): unknown
  /** Undefined removes the entry. */
  set(key: string, value: unknown, ttlMs?: number): void
  /** Keys that start with `prefix`. */
  keys(prefix: string): string[]
  /** Another window of this browser changed `key`. */
  onChange(key: string, listener: () => void): () => void
  /** Drops what has expired. */
  sweep(): void
}

interface Entry {
  /** Value. */
  v: unknown
  /** Expires at, ms since 1970. */
  e: number
}

function parse(text: string | null, now: number): Entry | undefined {
  if (text === null) return undefined
  try {
    const entry = JSON.parse(text) as Partial<Entry> | null
    if (typeof entry?.e !== 'number' || entry.e < now || !('v' in entry)) return undefined
    return { v: entry.v, e: entry.e }
  } catch {
    return undefined
  }
}

/** Text that cannot be read stays: what reads it says what is wrong with it (a damaged pin must never look like no pin). */
function hasExpired(text: string | null, now: number): boolean {
  try {
    const entry = JSON.parse(text ?? '') as Partial<Entry> | null
    return typeof entry?.e === 'number' && entry.e < now
  } catch {
    return false
  }
}

export function createStorage(store: Storage, now: () => number = Date.now): AppStorage {
  const ownKeys = (): string[] =>
    Array.from({ length: store.length }, (_, index) => store.key(index) ?? '').filter(key => key.startsWith(PREFIX))

  return {
    get: key => parse(store.getItem(PREFIX + key), now())?.v,
    set(key, value, ttlMs = YEAR_MS) {
      try {
        if (value === undefined) store.removeItem(PREFIX + key)
        else store.setItem(PREFIX + key, JSON.stringify({ v: value, e: now() + ttlMs } satisfies Entry))
      } catch {
        // A full or forbidden store costs the next visit its memory, never this one its work.
      }
    },
    keys: prefix =>
      ownKeys()
        .map(key => key.slice(PREFIX.length))
        .filter(key => key.startsWith(prefix)),
    onChange(key, listener) {
      const onStorage = (event: StorageEvent): void => {
        if (event.key === PREFIX + key) listener()
      }
      globalThis.addEventListener?.('storage', onStorage)
      return () => globalThis.removeEventListener?.('storage', onStorage)
    },
    sweep() {
      for (const key of ownKeys()) {
        if (hasExpired(store.getItem(key), now())) store.removeItem(key)
      }
    },
  }
}

/** A `Storage` that lives as long as the page; for tests and for browsers that forbid the real one. */
export function createMemoryStorage(): Storage {
  const entries = new Map<string, string>()
  return {
    get length() {
      return entries.size
    },
    clear: () => entries.clear(),
    getItem: key => entries.get(key) ?? null,
    key: index => [...entries.keys()][index] ?? null,
    removeItem: key => void entries.delete(key),
    setItem: (key, value) => void entries.set(key, value),
  }
}
