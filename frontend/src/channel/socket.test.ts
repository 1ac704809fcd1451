// Whose turn it is, and frames no honest Hub sends.
import { expect, it } from 'vitest'
import { loadTestCore } from '../core/testing'
import { RelaySocket, type SocketUser, UNSENT_MAX } from './socket'
import { FakeHub, settle } from './testing'

const core = await loadTestCore()

function setUp() {
  const hub = new FakeHub(core)
  const log: string[] = []
  const listener = {
    onOpen: () => log.push('open'),
    onEvent: (bytes: Uint8Array) => log.push(`event ${bytes.length}`),
    onGoAway: (ms: number) => log.push(`goaway ${ms}`),
    onClosed: () => log.push('closed'),
  }
  const socket = new RelaySocket(core, hub.environment, 'ws://hub', listener)
  return { hub, log, socket }
}

function user(frames: Uint8Array[], log: string[] = []): SocketUser {
  return {
    onData: frame => log.push(`data ${frame.length}`),
    onAccept: () => log.push('accept'),
    onRefused: (code, reason) => log.push(`refused ${code} ${reason}`),
    onLost: reason => log.push(`lost ${reason}`),
    nextFrame: () => frames.shift(),
    afterFlush() {},
  }
}
const data = (channel: number): Uint8Array => Uint8Array.from({ length: 29 }, (_, at) => [4, 0, 0, 0, channel][at] ?? 0)

it('lets channels take turns, one frame each, and stops when the socket is full', async () => {
  const { hub, socket } = setUp()
  await settle()
  socket.attach(user([data(1), data(1), data(1)]))
  socket.attach(user([data(2)]))
  const order: number[] = []
  const send = hub.socket.send.bind(hub.socket)
  hub.socket.send = frame => {
    order.push(frame[4] ?? 0)
    send(frame)
    if (order.length === 3) hub.socket.bufferedAmount = UNSENT_MAX
  }
  socket.requestFlush()
  await settle()
  expect(order).toEqual([1, 2, 1])
  hub.socket.bufferedAmount = UNSENT_MAX - 1
  await hub.time.advance(4)
  expect(order).toEqual([1, 2, 1, 1])
})

it('hands frames to their channel and answers the Hub’s questions', async () => {
  const { hub, log, socket } = setUp()
  await settle()
  const channel = socket.attach(user([], log))
  hub.socket.deliver(data(channel))
  hub.socket.deliver(data(99))
  const reject = core.closeFrame(channel, 9, 'worker is offline')
  hub.socket.deliver(reject)
  hub.socket.deliver(core.pingFrame())
  hub.socket.deliver(new Uint8Array([0x09, 0, 0, 0, 0, 0, 0, 0x03, 0xe8]))
  hub.socket.deliver(new Uint8Array([0x08, 0, 0, 0, 0, 1, 2]))
  await settle()
  expect(log).toEqual(['open', 'data 29', 'refused 9 worker is offline', 'goaway 1000', 'event 2'])
  expect(hub.socket.sent).toEqual([0x07])
})

it.each([
  ['a malformed frame', new Uint8Array([0x02, 0, 0])],
  ['a frame only clients send', new Uint8Array([0x01, 0, 0, 0, 1, 1, 1])],
  ['nothing', new Uint8Array()],
])('ends on %s', async (_, frame) => {
  const { hub, log, socket } = setUp()
  await settle()
  socket.attach(user([], log))
  hub.socket.deliver(frame)
  await settle()
  expect(log).toEqual(['open', 'lost the Hub sent a malformed frame', 'closed'])
})
