// The relay WebSocket: one for all Workers, frames of channel.md 6. Owns liveness and whose turn it is to send.
import type { Core } from '../core/wasm'
import { type ByteSocket, type Environment, READY_STATE } from './environment'

/** What the relay socket speaks; the Hub refuses anything else. */
const SUBPROTOCOL = 'leapmux.relay.v1'
/** Seal late: nothing is sealed while the socket has this much unsent (channel.md 10.4). */
export const UNSENT_MAX = 64 * 1024
/** How often a full socket is looked at; it does not say when it drains. */
const DRAIN_POLL_MS = 4
/** channel.md 12: a PING after this much silence, the end after that much. */
const SILENCE_MS = 20_000
const DEAD_MS = 45_000
/** After waking up a dead socket must show sooner. */
const PROBE_MS = 5_000
const DATA = 0x04
const HEADER = 5

/** What a channel does with what concerns it. */
export interface SocketUser {
  /** A DATA frame. */
  onData(frame: Uint8Array): void
  onAccept(frame: Uint8Array): void
  /** REJECT or CLOSE: the Hub's word. */
  onRefused(code: number, reason: string): void
  /** The socket is gone. */
  onLost(reason: string): void
  /** The next frame to send, sealed now. */
  nextFrame(): Uint8Array | undefined
  /** Frames were asked for: time to look at events and timers. */
  afterFlush(): void
}

export interface SocketListener {
  onOpen(): void
  /** Control-plane message of the Hub. */
  onEvent(bytes: Uint8Array): void
  onGoAway(retryAfterMs: number): void
  /** Once; channels were told before. */
  onClosed(): void
}

export class RelaySocket {
  readonly #core: Core
  readonly #env: Environment
  readonly #listener: SocketListener
  readonly #socket: ByteSocket
  readonly #users = new Map<number, SocketUser>()
  #lastChannel = 0
  #heardAt: number
  #flushing = false
  #closed = false
  #cancelDrain: (() => void) | undefined
  #cancelLiveness: (() => void) | undefined

  constructor(core: Core, env: Environment, url: string, listener: SocketListener) {
    this.#core = core
    this.#env = env
    this.#listener = listener
    this.#heardAt = env.now()
    this.#socket = env.openSocket(url, SUBPROTOCOL)
    this.#socket.binaryType = 'arraybuffer'
    this.#socket.onopen = () => {
      this.#heardAt = env.now()
      listener.onOpen()
    }
    this.#socket.onmessage = event => this.#receive(event.data)
    this.#socket.onclose = () => this.#end('connection lost')
    this.#watchLiveness(SILENCE_MS)
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.readyState === READY_STATE.open
  }

  /** A channel number, never used again on this socket. */
  attach(user: SocketUser): number {
    this.#lastChannel += 1
    this.#users.set(this.#lastChannel, user)
    return this.#lastChannel
  }

  detach(channel: number): void {
    this.#users.delete(channel)
  }

  /** Sends a frame that is not DATA. */
  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket.send(frame as Uint8Array<ArrayBuffer>)
  }

  /** Somebody may have something to send. Several calls in one turn of the event loop fill the same records. */
  requestFlush(): void {
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  /** The page woke up: find out soon whether the other end is still there. */
  probe(): void {
    if (!this.isOpen) return
    const asked = this.#env.now()
    this.send(this.#core.pingFrame())
    this.#env.after(PROBE_MS, () => {
      if (this.#heardAt < asked) this.#end('no answer after waking up')
    })
  }

  close(): void {
    this.#end('closed')
  }

  /** One frame of each channel in turn, while the socket has room. */
  #flush(): void {
    this.#cancelDrain?.()
    this.#cancelDrain = undefined
    const users = [...this.#users.values()]
    let sent = true
    while (sent && this.#hasRoom()) {
      sent = false
      for (const user of users) {
        const frame = this.#hasRoom() ? user.nextFrame() : undefined
        if (!frame) continue
        this.send(frame)
        sent = true
      }
    }
    if (this.isOpen && !this.#hasRoom()) this.#cancelDrain = this.#env.after(DRAIN_POLL_MS, () => this.#flush())
    for (const user of users) user.afterFlush()
  }

  #hasRoom(): boolean {
    return this.isOpen && this.#socket.bufferedAmount < UNSENT_MAX
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#env.now()
    if (!(data instanceof ArrayBuffer)) return this.#end('the Hub sent text')
    const frame = new Uint8Array(data)
    if (frame[0] === DATA && frame.length > HEADER) {
      this.#users.get(new DataView(data).getUint32(1))?.onData(frame)
      return
    }
    this.#control(frame)
  }

  #control(frame: Uint8Array): void {
    let read: ReturnType<Core['readHubFrame']>
    try {
      read = this.#core.readHubFrame(frame)
    } catch {
      return this.#end('the Hub sent a malformed frame')
    }
    const { kind, channel, code, reason, bytes, retryAfterMs } = read
    read.free()
    const user = this.#users.get(channel)
    if (kind === 'accept') user?.onAccept(frame)
    else if (kind === 'reject' || kind === 'close') user?.onRefused(code, reason)
    else if (kind === 'ping') this.send(this.#core.pongFrame(bytes))
    else if (kind === 'event') this.#listener.onEvent(bytes)
    else if (kind === 'goaway') this.#listener.onGoAway(retryAfterMs)
  }

  #watchLiveness(delayMs: number): void {
    this.#cancelLiveness = this.#env.after(delayMs, () => {
      const silence = this.#env.now() - this.#heardAt
      if (silence >= DEAD_MS) return this.#end('the Hub is silent')
      if (silence >= SILENCE_MS) this.send(this.#core.pingFrame())
      this.#watchLiveness(silence >= SILENCE_MS ? DEAD_MS - silence : SILENCE_MS - silence)
    })
  }

  #end(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelDrain?.()
    this.#cancelLiveness?.()
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null
    this.#socket.close()
    const users = [...this.#users.values()]
    this.#users.clear()
    for (const user of users) user.onLost(reason)
    this.#listener.onClosed()
  }
}
