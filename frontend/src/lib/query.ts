// Asynchronous values as signals: one state machine for "not asked, loading, here, failed", with cancellation and a cache.
import { type Accessor, createEffect, createMemo, createRoot, createSignal, on, onCleanup, untrack } from 'solid-js'

export interface Query<T> {
  readonly state: Accessor<'idle' | 'pending' | 'ready' | 'failed'>
  /** The last good value; kept while a newer one is loading and after a failure. */
  readonly data: Accessor<T | undefined>
  readonly error: Accessor<Error | undefined>
  /** Loads again; settles when that load did, and never rejects. */
  refetch(): Promise<void>
}

export interface FetchContext {
  readonly signal: AbortSignal
  /** True when somebody called `refetch`: skip caches further away. */
  readonly isRefetch: boolean
}

/** Loads `fetch(key)` whenever `key()` changes; an undefined key is idle and drops the value. Call under an owner. */
export function createQuery<K, T>(key: Accessor<K | undefined>, fetch: (key: K, context: FetchContext) => Promise<T>): Query<T> {
  const [state, setState] = createSignal<'idle' | 'pending' | 'ready' | 'failed'>('idle')
  const [data, setData] = createSignal<T>()
  const [error, setError] = createSignal<Error>()
  let controller: AbortController | undefined

  async function load(current: K | undefined, isRefetch: boolean): Promise<void> {
    controller?.abort()
    controller = undefined
    if (current === undefined) {
      setData(undefined)
      setError(undefined)
      setState('idle')
      return
    }
    const own = new AbortController()
    controller = own
    setState('pending')
    try {
      const value = await fetch(current, { signal: own.signal, isRefetch })
      if (own.signal.aborted) return
      setData(() => value)
      setError(undefined)
      setState('ready')
    } catch (cause) {
      if (own.signal.aborted) return
      setError(cause instanceof Error ? cause : new Error(String(cause)))
      setState('failed')
    }
  }

  createEffect(
    on(key, (current, previous) => {
      if (previous !== undefined && previous !== current) setData(undefined)
      void load(current, false)
    }),
  )
  onCleanup(() => controller?.abort())

  return { state, data, error, refetch: () => load(untrack(key), true) }
}

export interface QueryCache<T> {
  /** The query of `key`, made and started at its first use. */
  get(key: string): Query<T>
}

export interface QueryCacheOptions<T> {
  fetch(key: string, context: FetchContext): Promise<T>
  /** An older value is loaded again when it is next asked for. */
  readonly maxAgeMs: number
  /** A load that failed is tried again whenever this turns true. Reactive. */
  isReachable?(key: string): boolean
  now?(): number
}

/** One query per key for the life of the owner. */
export function createQueryCache<T>({ fetch, maxAgeMs, isReachable, now = Date.now }: QueryCacheOptions<T>): QueryCache<T> {
  const entries = new Map<string, { query: Query<T>; dispose: () => void; loadedAt: number }>()
  onCleanup(() => {
    for (const entry of entries.values()) entry.dispose()
  })

  return {
    get(key) {
      const known = entries.get(key)
      if (known) {
        const isStale = now() - known.loadedAt > maxAgeMs && untrack(known.query.state) !== 'pending'
        if (isStale) {
          known.loadedAt = now()
          void known.query.refetch()
        }
        return known.query
      }
      return createRoot(dispose => {
        const query = createQuery(() => key, fetch)
        const reachable = createMemo(() => isReachable?.(key) === true)
        createEffect(on(reachable, now => now && untrack(query.state) === 'failed' && void query.refetch(), { defer: true }))
        entries.set(key, { query, dispose, loadedAt: now() })
        return query
      })
    },
  }
}
