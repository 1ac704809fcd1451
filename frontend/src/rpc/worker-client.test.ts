// Calls, subscriptions and sinks through everything but the network: client, pool, driver, two real sessions.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { afterEach, expect, it } from 'vitest'
import { READY_STATE } from '../channel/environment'
import { createPins } from '../channel/pins'
import { createPool, type Pool } from '../channel/pool'
import { FakeHub, settle, type WorkerBehaviour, type WorkerStream } from '../channel/testing'
import type { Device } from '../core/session'
import { loadTestCore, vectors } from '../core/testing'
import { CloseTabRequestSchema, TabSchema, WatchTabsEventSchema } from '../gen/leapmux/worker/v1/tab_pb.js'
import { TerminalInputSchema } from '../gen/leapmux/worker/v1/terminal_pb.js'
import { createMemoryStorage } from '../lib/storage'
import { systemMethods, tabMethods, terminalMethods } from './methods'
import type { WorkerClient } from './ports'
import { createWorkerClients } from './worker-client'

const core = await loadTestCore()
const channelJson = await vectors('channel')
const opened: Pool[] = []
afterEach(() => opened.splice(0).forEach(pool => pool.close()))

const seedDevice: Device = { kind: 'seed', seed: new Uint8Array(32).fill(7) }

function setUp(behaviour: WorkerBehaviour, device = seedDevice) {
  const hub = new FakeHub(core, channelJson, behaviour)
  const env = hub.environment
  const fetched: (Uint8Array | undefined)[] = []
  const pool = createPool({
    core,
    env,
    url: 'ws://hub/ws/channel',
    userId: 'usr_ada',
    device,
    pins: createPins({
      core,
      storage: createMemoryStorage(),
      fingerprint: () => Promise.resolve('aerobics-balmy-nutshell-squander'),
      wallClock: env.wallClock,
      isLocal: () => true,
      ask: () => Promise.resolve(false),
    }),
    fetchBundle: (_, have) => {
      fetched.push(have)
      return Promise.resolve(hub.worker.bundle())
    },
    onStatus: (workerId, status) => clients.onStatus(workerId, status),
    onWorkerOnline() {},
  })
  const clients = createWorkerClients({ connection: pool.connection })
  opened.push(pool)
  return { hub, fetched, client: clients.get('wrk_1') }
}

/** Answers every call with its own request. */
const echo: WorkerBehaviour = { onMessage: (stream, bytes) => stream.send(bytes, true) }

function tabEvent(id: string): Uint8Array {
  const changed = create(TabSchema, { tabId: id })
  return toBinary(WatchTabsEventSchema, create(WatchTabsEventSchema, { event: { case: 'changed', value: changed } }))
}

function watchTabs(client: WorkerClient, onEvent: (id: string) => void | Promise<void>) {
  const failures: string[] = []
  const stop = client.watch(tabMethods.watch, {
    request: () => ({}),
    onEvent: ({ event }) => onEvent(event.case === 'changed' ? event.value.tabId : ''),
    onFailed: error => failures.push(error.code),
  })
  return { stop, failures }
}

it('connects on demand and answers calls', async () => {
  const { client, hub } = setUp(echo)
  expect(client.state()).toEqual({ kind: 'idle' })
  const answer = await client.call(tabMethods.rename, { tabId: 'tab_1', title: 'Ada' })
  // The request's first field read as the response's.
  expect(answer.title).toBe('tab_1')
  await settle()
  expect(client.state()).toEqual({ kind: 'connected' })
  await client.call(tabMethods.rename, { tabId: 'tab_2', title: 'Lin' })
  expect(hub.opened).toEqual([1])
})

it('proves a device key that never leaves the browser, as strictly as any other', async () => {
  const { subtle } = crypto
  const { privateKey, publicKey } = (await subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair
  const raw = new Uint8Array(await subtle.exportKey('raw', publicKey))
  const sign = async (message: Uint8Array) =>
    new Uint8Array(await subtle.sign('Ed25519', privateKey, message as Uint8Array<ArrayBuffer>))
  const honest = setUp(echo, { kind: 'key', publicKey: raw, sign })
  expect((await honest.client.call(tabMethods.rename, { tabId: 'tab_1' })).title).toBe('tab_1')
  const forged = setUp(echo, { kind: 'key', publicKey: raw, sign: () => Promise.resolve(new Uint8Array(64)) })
  await expect(forged.client.call(systemMethods.info, {})).rejects.toMatchObject({ code: 'auth_failed' })
})

it('tells the Worker’s refusals by name', async () => {
  const { client } = setUp({ onMessage: stream => stream.reset(0x0100 + 5, 'no such tab') })
  await expect(client.call(tabMethods.close, { tabId: 'tab_1' })).rejects.toMatchObject({
    code: 'not_found',
    message: 'no such tab',
  })
})

it('gives up calls in time or when told to, and says so to the Worker', async () => {
  const resets: number[] = []
  const { client } = setUp({ onReset: (_, code) => resets.push(code) })
  await expect(client.call(systemMethods.info, {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'deadline_exceeded' })
  const stop = new AbortController()
  const call = client.call(systemMethods.info, {}, { signal: stop.signal })
  await settle()
  stop.abort(new Error('changed my mind'))
  await expect(call).rejects.toThrow('changed my mind')
  await settle()
  expect(resets).toEqual([0x0101, 0x0101])
})

it('carries a message larger than a window both ways', async () => {
  const title = 'x'.repeat(1_000_000)
  const { client } = setUp({
    onMessage(stream, bytes) {
      stream.consumed(bytes.length)
      const { tabId } = fromBinary(CloseTabRequestSchema, bytes)
      stream.send(toBinary(CloseTabRequestSchema, create(CloseTabRequestSchema, { tabId })), true)
    },
  })
  const answer = await client.call(tabMethods.rename, { tabId: title })
  expect(answer.title).toHaveLength(title.length)
})

it('fails calls that were under way when the connection broke, and brings subscriptions back', async () => {
  const streams: WorkerStream[] = []
  const { client, hub } = setUp({
    onMessage(stream) {
      if (stream.method === 'tab.Watch') streams.push(stream)
    },
  })
  const seen: string[] = []
  const { stop, failures } = watchTabs(client, id => void seen.push(id))
  await settle()
  streams[0]!.send(tabEvent('tab_1'))
  const call = client.call(systemMethods.info, {})
  await settle()
  hub.socket.drop()
  await expect(call).rejects.toMatchObject({ code: 'channel_lost' })
  expect(client.state()).toMatchObject({ kind: 'waiting', reason: 'The connection was lost.' })
  expect(() => client.openSink(terminalMethods.input)).toThrow(expect.objectContaining({ code: 'channel_lost' }))
  await hub.time.advance(400)
  streams[1]!.send(tabEvent('tab_2'))
  await settle()
  expect(seen).toEqual(['tab_1', 'tab_2'])
  stop()
  await settle()
  expect(failures).toEqual([])
})

it('waits ever longer for a Worker that is offline, and comes back when the page wakes', async () => {
  const { client, hub } = setUp(echo)
  hub.rejectWith = { code: 9, reason: 'worker is offline' }
  const { stop } = watchTabs(client, () => {})
  await settle()
  expect(client.state()).toMatchObject({ kind: 'waiting', reason: 'The Worker is offline.' })
  await expect(client.call(systemMethods.info, {})).rejects.toMatchObject({ code: 'worker_offline' })
  await hub.time.advance(60_000)
  const tries = hub.opened.length
  expect(tries).toBeGreaterThan(6)
  expect(tries).toBeLessThan(15)
  hub.rejectWith = undefined
  hub.wake()
  await settle()
  expect(client.state()).toEqual({ kind: 'connected' })
  stop()
})

it('does not insist where trying again cannot help, until a person asks', async () => {
  const { client, hub } = setUp(echo)
  hub.rejectWith = { code: 10, reason: 'not allowed' }
  await expect(client.call(systemMethods.info, {})).rejects.toMatchObject({ code: 'not_allowed' })
  expect(client.state()).toEqual({ kind: 'refused', reason: 'You may not use this Worker.' })
  await hub.time.advance(60_000)
  await expect(client.call(systemMethods.info, {})).rejects.toMatchObject({ code: 'refused' })
  expect(hub.opened).toEqual([1])
  hub.rejectWith = undefined
  client.reconnect()
  await settle()
  expect(client.state()).toEqual({ kind: 'connected' })
})

it('fetches the bundle again once when the Worker has new keys', async () => {
  const { client, hub, fetched } = setUp(echo)
  hub.rejectWith = { code: 4, reason: 'worker has new keys' }
  await expect(client.call(systemMethods.info, {})).rejects.toMatchObject({ code: 'unknown_key' })
  expect(fetched).toEqual([undefined, undefined])
})

it('ends a subscription the Worker will never grant', async () => {
  const { client } = setUp({ onMessage: stream => stream.reset(0x0100 + 7, 'not yours') })
  const { failures } = watchTabs(client, () => {})
  await settle()
  expect(failures).toEqual(['permission_denied'])
})

it('gives credit back only when the view has worked an event off', async () => {
  let sent = 0
  let stream: WorkerStream | undefined
  const { client } = setUp({
    onMessage(opened) {
      stream = opened
    },
  })
  const waiting: (() => void)[] = []
  const seen: string[] = []
  const { stop } = watchTabs(client, id => {
    seen.push(id.slice(0, 5))
    return new Promise<void>(resolve => waiting.push(resolve))
  })
  await settle()
  // Three events of 200 KB against a window of 256 KB.
  for (; sent < 3; sent += 1) stream!.send(tabEvent(`tab_${sent}${'x'.repeat(200_000)}`))
  await settle()
  expect(seen).toEqual(['tab_0'])
  waiting.shift()!()
  await settle()
  waiting.shift()!()
  await settle()
  waiting.shift()!()
  await settle()
  expect(seen).toEqual(['tab_0', 'tab_1', 'tab_2'])
  stop()
})

it('sends keystrokes in order and holds back while the socket is full', async () => {
  const typed: string[] = []
  const { client, hub } = setUp({
    onMessage(stream, bytes) {
      const { input } = fromBinary(TerminalInputSchema, bytes)
      if (input.case === 'data') typed.push(new TextDecoder().decode(input.value))
      stream.consumed(bytes.length)
    },
  })
  const { stop } = watchTabs(client, () => {})
  await settle()
  const sink = client.openSink(terminalMethods.input)
  const type = (text: string): void =>
    sink.send({ tabId: 'tab_1', input: { case: 'data', value: new TextEncoder().encode(text) } })
  type('l')
  await settle()
  hub.socket.bufferedAmount = 64 * 1024
  type('s')
  type('\n')
  await settle()
  expect(typed).toEqual(['l'])
  hub.socket.bufferedAmount = 0
  await hub.time.advance(10)
  expect(typed).toEqual(['l', 's', '\n'])
  sink.close()
  stop()
})

it('asks a silent Hub and gives it up', async () => {
  const { client, hub } = setUp(echo)
  const { stop } = watchTabs(client, () => {})
  await settle()
  const first = hub.socket
  first.held = []
  await hub.time.advance(21_000)
  expect(first.sent).toContain(0x06)
  await hub.time.advance(26_000)
  expect(first.readyState).toBe(READY_STATE.closed)
  expect(hub.sockets.length).toBeGreaterThan(1)
  stop()
})
