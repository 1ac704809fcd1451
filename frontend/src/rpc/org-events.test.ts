import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { OrgEventSchema, PresenceReportSchema } from '../gen/leapmux/hub/v1/event_pb.js'
import { createBackoff } from '../lib/retry'
import { type OrgEvents, openOrgEvents } from './org-events'

class FakeSocket {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((message: { data: ArrayBuffer }) => void) | null = null
  onclose: (() => void) | null = null
  readonly sent: Uint8Array[] = []
  constructor(readonly url: URL) {
    FakeSocket.all.push(this)
  }
  accept(): void {
    this.readyState = 1
    this.onopen?.()
  }
  batch(rev: number): void {
    const event = create(OrgEventSchema, { event: { case: 'batch', value: { rev: BigInt(rev), event: new Uint8Array() } } })
    this.onmessage?.({ data: toBinary(OrgEventSchema, event).slice().buffer })
  }
  send(bytes: Uint8Array): void {
    this.sent.push(bytes)
  }
  close(): void {
    this.readyState = 3
  }
}

let events: OrgEvents | undefined
const world = new EventTarget()
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('addEventListener', world.addEventListener.bind(world))
  vi.stubGlobal('removeEventListener', world.removeEventListener.bind(world))
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  FakeSocket.all = []
})
afterEach(() => {
  events?.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function open(answer: (first: boolean) => boolean = () => true) {
  const [firsts, online]: [boolean[], boolean[]] = [[], []]
  let since: number | undefined
  events = openOrgEvents({
    origin: 'https://hub.example',
    orgId: 'org_1',
    backoff: createBackoff(() => 0.5),
    since: () => since,
    onOnline: state => online.push(state),
    onEvent(_, first) {
      firsts.push(first)
      return answer(first)
    },
  })
  return { firsts, online, setSince: (rev: number) => (since = rev), socket: () => FakeSocket.all.at(-1)! }
}

it('asks for a snapshot first and later from its revision', () => {
  const { firsts, online, setSince, socket } = open()
  expect(socket().url.href).toBe('wss://hub.example/ws/orgevents?org=org_1')
  socket().accept()
  socket().batch(1)
  socket().batch(2)
  setSince(2)
  socket().onclose?.()
  expect(online).toEqual([true, false])
  vi.advanceTimersByTime(250)
  expect(socket().url.searchParams.get('since')).toBe('2')
  socket().accept()
  socket().batch(3)
  expect(firsts).toEqual([true, false, true])
})

it('starts over when something is missing', () => {
  const { socket } = open(() => false)
  const first = socket()
  first.accept()
  first.batch(7)
  expect(first.readyState).toBe(3)
  vi.advanceTimersByTime(250)
  expect(FakeSocket.all).toHaveLength(2)
})

it('waits longer each time and not at all when the network is back', () => {
  const { socket } = open()
  for (const delay of [250, 500, 1000]) {
    socket().onclose?.()
    vi.advanceTimersByTime(delay - 1)
    const tries = FakeSocket.all.length
    vi.advanceTimersByTime(1)
    expect(FakeSocket.all).toHaveLength(tries + 1)
  }
  socket().onclose?.()
  world.dispatchEvent(new Event('online'))
  expect(FakeSocket.all).toHaveLength(5)
  socket().accept()
  world.dispatchEvent(new Event('offline'))
  expect(socket().readyState).toBe(3)
})

it('reports where the user acts, when anybody listens', () => {
  const { socket } = open()
  events?.reportPresence('ws_1')
  socket().accept()
  events?.reportPresence('ws_2')
  expect(socket().sent.map(bytes => fromBinary(PresenceReportSchema, bytes).workspaceId)).toEqual(['ws_2'])
})
