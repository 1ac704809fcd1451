import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RegistrationKey, WorkerSummary } from '../../app/session-port'
import { createRegistrationStore, TICK_MS } from './registration-store'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A Hub with keys. */
function setUp() {
  const hub = {
    minted: 0,
    destroyed: 0,
    extended: 0,
    lives: true,
    worker: undefined as string | undefined,
    identity: 'later' as 'confirmed' | 'unconfirmed' | 'later',
    refuses: undefined as Error | undefined,
  }
  const mint = (): Promise<RegistrationKey> => {
    if (hub.refuses) return Promise.reject(hub.refuses)
    hub.minted += 1
    let isGone = false
    return Promise.resolve({
      command: `leapmux worker --registration-key key${hub.minted}`,
      worker: () => Promise.resolve(hub.worker),
      extend() {
        hub.extended += 1
        return Promise.resolve(hub.lives)
      },
      confirm: () => Promise.resolve(hub.identity),
      destroy() {
        if (!isGone) hub.destroyed += 1
        isGone = true
      },
    })
  }
  const [workers, setWorkers] = createSignal<readonly WorkerSummary[]>([])
  const [store, close] = createRoot(dispose => [
    createRegistrationStore({ registration: { mint }, workers, onWake: () => () => undefined }),
    dispose,
  ])
  const arrives = (online: boolean): void => void setWorkers([{ id: 'wrk_1', ownerUserId: 'usr_ada', online, local: false }])
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
  return { hub, store, close, arrives, settle }
}

it('mints on opening and destroys on closing', async () => {
  const { hub, store, close, settle } = setUp()
  expect(store.state().kind).toBe('minting')
  await settle()
  expect(store.state()).toEqual({ kind: 'open', command: 'leapmux worker --registration-key key1' })
  close()
  expect(hub.destroyed).toBe(1)
})

it('destroys a key that arrives after closing', async () => {
  const { hub, close, settle } = setUp()
  close()
  await settle()
  expect([hub.minted, hub.destroyed]).toEqual([1, 1])
})

it('extends when less than two minutes are left, and not before', async () => {
  const { hub, store, close, settle } = setUp()
  await settle()
  await vi.advanceTimersByTimeAsync(6 * TICK_MS)
  expect(hub.extended).toBe(0)
  await vi.advanceTimersByTimeAsync(TICK_MS)
  expect(hub.extended).toBe(1)
  await vi.advanceTimersByTimeAsync(6 * TICK_MS)
  expect(hub.extended).toBe(1)
  hub.lives = false
  await vi.advanceTimersByTimeAsync(TICK_MS)
  expect(store.state()).toEqual({ kind: 'expired' })
  hub.lives = true
  await store.mint()
  expect(store.state()).toMatchObject({ kind: 'open', command: expect.stringContaining('key2') })
  expect(hub.destroyed).toBe(1)
  close()
})

it('shows the Worker as soon as it is there, and its identity once it has been checked', async () => {
  const { hub, store, close, arrives, settle } = setUp()
  await settle()
  hub.worker = 'wrk_1'
  arrives(false)
  await settle()
  expect(store.state()).toEqual({ kind: 'registered', workerId: 'wrk_1', identity: 'checking' })
  hub.identity = 'confirmed'
  arrives(true)
  await settle()
  expect(store.state()).toEqual({ kind: 'registered', workerId: 'wrk_1', identity: 'confirmed' })
  hub.identity = 'unconfirmed'
  arrives(false)
  await settle()
  expect(store.state()).toMatchObject({ identity: 'confirmed' })
  close()
})

it('finds a Worker by itself when nobody tells', async () => {
  const { hub, store, close, settle } = setUp()
  await settle()
  hub.worker = 'wrk_1'
  hub.identity = 'unconfirmed'
  await vi.advanceTimersByTimeAsync(TICK_MS)
  expect(store.state()).toEqual({ kind: 'registered', workerId: 'wrk_1', identity: 'unconfirmed' })
  close()
})

it('says why there is no key', async () => {
  const { hub, store, close, settle } = setUp()
  await settle()
  hub.refuses = new Error('you have too many registration keys open')
  await store.mint()
  await settle()
  expect(store.state()).toEqual({ kind: 'failed', text: 'you have too many registration keys open' })
  close()
})
