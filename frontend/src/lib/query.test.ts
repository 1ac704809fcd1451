import { createRoot, createSignal } from 'solid-js'
import { expect, it } from 'vitest'
import { createQuery, createQueryCache } from './query'

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

it('drops the answer to a key that is no longer asked for', async () => {
  const [key, setKey] = createSignal<string | undefined>('slow')
  const answers = new Map<string, (text: string) => void>()
  const query = createRoot(() => createQuery(key, name => new Promise<string>(resolve => answers.set(name, resolve))))
  setKey('fast')
  answers.get('fast')?.('second')
  answers.get('slow')?.('first')
  await settled()
  expect(query.data()).toBe('second')
  setKey(undefined)
  expect([query.state(), query.data()]).toEqual(['idle', undefined])
})

it('keeps the last good value through a failed reload and says why it failed', async () => {
  let isBroken = false
  const query = createRoot(() =>
    createQuery(
      () => 'key',
      async (_, { isRefetch }) => {
        if (isBroken) throw new Error('worker is offline')
        return isRefetch ? 'again' : 'once'
      },
    ),
  )
  await settled()
  await query.refetch()
  expect(query.data()).toBe('again')
  isBroken = true
  await query.refetch()
  expect([query.state(), query.data(), query.error()?.message]).toEqual(['failed', 'again', 'worker is offline'])
})

it('a cache loads once per key and again when the value is old', async () => {
  let now = 0
  const loads: string[] = []
  const cache = createRoot(() =>
    createQueryCache({
      async fetch(key) {
        loads.push(key)
        return loads.length
      },
      maxAgeMs: 100,
      now: () => now,
    }),
  )
  cache.get('a')
  cache.get('a')
  cache.get('b')
  await settled()
  expect(loads).toEqual(['a', 'b'])
  now = 101
  cache.get('a')
  await settled()
  expect(loads).toEqual(['a', 'b', 'a'])
})

it('a cache tries a failed load again once its source can be reached, and not in a loop', async () => {
  const [isReachable, setReachable] = createSignal(false)
  let loads = 0
  const cache = createRoot(() =>
    createQueryCache({
      async fetch() {
        loads += 1
        if (loads < 3) throw new Error('worker is offline')
        return 'here'
      },
      maxAgeMs: Number.POSITIVE_INFINITY,
      isReachable,
    }),
  )
  cache.get('a')
  await settled()
  setReachable(true)
  await settled()
  expect([loads, cache.get('a').state()]).toEqual([2, 'failed'])
  setReachable(false)
  setReachable(true)
  await settled()
  expect(cache.get('a').data()).toBe('here')
})
