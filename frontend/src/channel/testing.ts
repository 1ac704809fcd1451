// A Hub and its Workers in the page, for unit tests: real sessions on both ends over a socket that is only an array.
import type { TestCore } from '../core/testing'
import { type ByteSocket, type Environment, READY_STATE } from './environment'

type WorkerSession = TestCore['ChannelSession']['prototype']
type Worker = TestCore['TestWorker']['prototype']

/** A clock and timers that move when told. */
export class ManualTime {
  now = 1_000
  #timers: { at: number; call: () => void }[] = []

  after(delayMs: number, call: () => void): () => void {
    const timer = { at: this.now + delayMs, call }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer)
    }
  }

  /** Lets time pass, timers in order, promises settled in between. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms
    for (;;) {
      await settle()
      const next = this.#timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter(other => other !== next)
      this.now = Math.max(this.now, next.at)
      next.call()
    }
    this.now = end
    await settle()
  }
}

/** Everything that was about to happen in this turn has happened. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve))
}

/** What a Worker does with a stream the client opened. */
export interface WorkerBehaviour {
  onOpen?(stream: WorkerStream): void
  onMessage?(stream: WorkerStream, bytes: Uint8Array, end: boolean): void
  onReset?(stream: WorkerStream, code: number): void
}

export interface WorkerStream {
  readonly id: number
  readonly method: string
  send(bytes: Uint8Array, end?: boolean): void
  reset(code: number, reason: string): void
  /** Gives the client credit for this many more bytes. */
  consumed(bytes: number): void
}

interface Served {
  readonly session: WorkerSession
  readonly methods: Map<number, string>
}

export class FakeHub {
  readonly core: TestCore
  readonly time = new ManualTime()
  readonly behaviour: WorkerBehaviour
  readonly #worker: Worker | undefined
  sockets: FakeSocket[] = []
  /** OPEN frames are answered with REJECT of this code while set. */
  rejectWith: { code: number; reason: string } | undefined
  /** Nobody listens while false. */
  reachable = true
  readonly opened: number[] = []
  #wake = new Set<() => void>()

  /** Without the vectors' Worker it is a Hub nobody can open a channel through. */
  constructor(core: TestCore, channelJson?: string, behaviour: WorkerBehaviour = {}) {
    this.core = core
    this.#worker = channelJson === undefined ? undefined : new core.TestWorker(channelJson)
    this.behaviour = behaviour
  }

  get worker(): Worker {
    if (!this.#worker) throw new Error('this Hub has no Worker')
    return this.#worker
  }

  get environment(): Environment {
    return {
      now: () => this.time.now,
      wallClock: () => 1_800_000_000_000 + this.time.now,
      after: (delayMs, call) => this.time.after(delayMs, call),
      random: bytes => void crypto.getRandomValues(bytes),
      openSocket: url => this.#open(url),
      onWake: listener => {
        this.#wake.add(listener)
        return () => void this.#wake.delete(listener)
      },
    }
  }

  wake(): void {
    for (const listener of this.#wake) listener()
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  #open(url: string): FakeSocket {
    const socket = new FakeSocket(this, url)
    this.sockets.push(socket)
    setImmediate(() => (this.reachable ? socket.accept() : socket.drop()))
    return socket
  }
}

export class FakeSocket implements ByteSocket {
  binaryType: BinaryType = 'blob'
  bufferedAmount = 0
  readyState: number = READY_STATE.connecting
  onopen: ((event: Event) => unknown) | null = null
  onmessage: ((event: MessageEvent) => unknown) | null = null
  onclose: ((event: CloseEvent) => unknown) | null = null
  /** Types of the frames the client sent. */
  readonly sent: number[] = []
  /** Frames are kept here instead of reaching the Worker while set. */
  held: Uint8Array[] | undefined
  readonly #hub: FakeHub
  readonly #served = new Map<number, Served>()

  constructor(
    hub: FakeHub,
    readonly url: string,
  ) {
    this.#hub = hub
  }

  accept(): void {
    this.readyState = READY_STATE.open
    this.onopen?.(new Event('open'))
  }

  /** The connection breaks. */
  drop(): void {
    this.readyState = READY_STATE.closed
    this.onclose?.(new Event('close') as CloseEvent)
  }

  close(): void {
    this.readyState = READY_STATE.closed
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    const frame = data.slice()
    this.sent.push(frame[0] ?? -1)
    if (this.held) this.held.push(frame)
    else this.#serve(frame)
  }

  /** The Worker gets what was held back. */
  release(): void {
    const frames = this.held ?? []
    this.held = undefined
    for (const frame of frames) this.#serve(frame)
  }

  /** A frame of the Hub reaches the client in a later turn. */
  deliver(frame: Uint8Array): void {
    setImmediate(() => {
      if (this.readyState === READY_STATE.open) this.onmessage?.({ data: frame.slice().buffer } as MessageEvent)
    })
  }

  #serve(frame: Uint8Array): void {
    const channel = new DataView(frame.buffer).getUint32(1)
    if (frame[0] === 0x01) return this.#accept(channel, frame)
    const served = this.#served.get(channel)
    if (frame[0] !== 0x04 || !served) return
    served.session.handleFrame(frame, this.#hub.time.now)
    this.pump(channel, served)
  }

  #accept(channel: number, frame: Uint8Array): void {
    const { core, rejectWith, worker, time, opened } = this.#hub
    opened.push(channel)
    if (rejectWith) {
      const reject = core.closeFrame(channel, rejectWith.code, rejectWith.reason)
      reject[0] = 0x03
      return this.deliver(reject)
    }
    const answer = worker.accept(frame, 'usr_ada', crypto.getRandomValues(new Uint8Array(96)), time.now)
    const session = answer.takeSession()
    if (!session) throw new Error('accepted without a session')
    this.#served.set(channel, { session, methods: new Map() })
    this.deliver(answer.frame)
  }

  /** Lets the Worker look at its events and send what it has. */
  pump(channel: number, served: Served): void {
    for (let event = served.session.pollEvent(); event; event = served.session.pollEvent()) {
      const { kind, stream } = event
      if (kind === 'opened') served.methods.set(stream, event.reason)
      const handle = this.#stream(channel, served, stream)
      if (kind === 'opened') this.#hub.behaviour.onOpen?.(handle)
      if (kind === 'message') this.#hub.behaviour.onMessage?.(handle, event.takeBytes(), event.end)
      if (kind === 'reset') this.#hub.behaviour.onReset?.(handle, event.code)
    }
    for (;;) {
      const frame = served.session.pollFrame(channel, this.#hub.time.now)
      if (!frame) break
      this.deliver(frame)
    }
  }

  #stream(channel: number, served: Served, id: number): WorkerStream {
    const then = (use: () => void): void => {
      use()
      this.pump(channel, served)
    }
    return {
      id,
      method: served.methods.get(id) ?? '',
      send: (bytes, end = false) => then(() => served.session.send(id, bytes, end)),
      reset: (code, reason) => then(() => served.session.reset(id, code, reason)),
      consumed: bytes => then(() => served.session.consumed(id, bytes)),
    }
  }
}
