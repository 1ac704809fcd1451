// Drives one encrypted channel: frames between socket and core, events to streams, timers. Knows no message types.
import type { EncryptedSession, PendingSession, SessionEvent } from '../core/session'
import type { Core } from '../core/wasm'
import type { Environment } from './environment'
import type { RelaySocket, SocketUser } from './socket'

/** Longer than the Hub waits for a Worker's ACCEPT (15 s, channel.md 12), so that its word comes first. */
const ACCEPT_TIMEOUT_MS = 20_000

/** How a channel ended. Whose word it is: the Hub's is unauthenticated and never changes a pin. */
export interface ChannelEnd {
  readonly code: string
  readonly reason: string
  readonly by: 'hub' | 'worker' | 'here'
}

/** The receiving side of a stream. */
export interface StreamHandler {
  /** `release` gives the stream's credit back once the message is worked off. */
  onMessage(bytes: Uint8Array, release: () => void): void
  /** The Worker's half is done, without an error. */
  onEnd(): void
  /** The stream failed; or the whole channel did. */
  onReset(code: number, reason: string): void
}

/** The sending side of a stream. */
export interface ChannelStream {
  send(bytes: Uint8Array, end?: boolean): void
  finish(): void
  reset(code: number, reason: string): void
}

export interface ChannelListener {
  /** Streams may be opened: they ride right behind the proof of the user. */
  onAccepted(): void
  /** The Worker accepted the proof. */
  onReady(): void
  /** Once; streams were told before. */
  onEnd(end: ChannelEnd): void
}

export class Channel implements SocketUser {
  readonly #core: Core
  readonly #env: Environment
  readonly #socket: RelaySocket
  readonly #listener: ChannelListener
  readonly #number: number
  readonly #streams = new Map<number, StreamHandler>()
  #pending: PendingSession | undefined
  #session: EncryptedSession | undefined
  #cancelTimer: (() => void) | undefined
  #timerAt: number | undefined
  #ended = false

  constructor(core: Core, env: Environment, socket: RelaySocket, pending: PendingSession, listener: ChannelListener) {
    this.#core = core
    this.#env = env
    this.#socket = socket
    this.#listener = listener
    this.#pending = pending
    this.#number = socket.attach(this)
    socket.send(pending.openFrame(this.#number))
    this.#cancelTimer = env.after(ACCEPT_TIMEOUT_MS, () => this.#abandon('timeout', 'the Worker did not answer'))
  }

  get isOpen(): boolean {
    return this.#session !== undefined && !this.#ended
  }

  /** Opens a stream, with its first message and possibly the end of our half. Throws what the core throws. */
  open(streamClass: number, method: string, handler: StreamHandler, first?: Uint8Array, end = false): ChannelStream {
    if (!this.#session || this.#ended) throw Object.assign(new Error('the channel is closed'), { name: 'channel_lost' })
    const id = this.#session.open(streamClass, method, first, end)
    this.#streams.set(id, handler)
    this.#socket.requestFlush()
    const live = (use: (session: EncryptedSession) => void): void => {
      if (!this.#session || !this.#streams.has(id)) return
      use(this.#session)
      this.#socket.requestFlush()
    }
    return {
      send: (bytes, last = false) => live(session => session.send(id, bytes, last)),
      finish: () => live(session => session.finish(id)),
      reset: (code, reason) =>
        live(session => {
          this.#streams.delete(id)
          session.reset(id, code, reason)
        }),
    }
  }

  /** Says goodbye inside the channel and ends it. */
  close(reason: string): void {
    if (this.#ended) return
    const code = this.#core.codeNumber('going_away')
    this.#session?.close(code, reason)
    const last = this.#session?.nextFrame(this.#number, this.#env.now())
    if (last) this.#socket.send(last)
    this.#socket.send(this.#core.closeFrame(this.#number, code, reason))
    this.#finish({ code: 'going_away', reason, by: 'here' })
  }

  onAccept(frame: Uint8Array): void {
    const pending = this.#pending
    if (!pending) return this.#abandon('protocol_error', 'the Hub accepted twice')
    this.#pending = undefined
    try {
      this.#session = pending.accept(frame, this.#env.now(), () => this.#socket.requestFlush())
    } catch (error) {
      return this.#abandon('handshake_failed', error instanceof Error ? error.message : 'handshake failed')
    } finally {
      pending.free()
    }
    this.#cancelTimer?.()
    this.#listener.onAccepted()
    this.#socket.requestFlush()
  }

  onData(frame: Uint8Array): void {
    if (!this.#session) return
    this.#session.receive(frame, this.#env.now())
    this.#drain()
    this.#socket.requestFlush()
  }

  onRefused(code: number, reason: string): void {
    this.#finish({ code: this.#core.codeName(code), reason, by: 'hub' })
  }

  onLost(reason: string): void {
    this.#finish({ code: 'channel_lost', reason, by: 'here' })
  }

  nextFrame(): Uint8Array | undefined {
    return this.#ended ? undefined : this.#session?.nextFrame(this.#number, this.#env.now())
  }

  afterFlush(): void {
    if (!this.#session) return
    this.#drain()
    if (this.#ended) return
    const at = this.#session.timeoutAt()
    if (at === this.#timerAt) return
    this.#cancelTimer?.()
    this.#timerAt = at
    if (at !== undefined) this.#cancelTimer = this.#env.after(Math.max(0, at - this.#env.now()), () => this.#tick())
  }

  #tick(): void {
    this.#timerAt = undefined
    this.#session?.tick(this.#env.now())
    this.#socket.requestFlush()
  }

  #drain(): void {
    for (let event = this.#session?.nextEvent(); event && !this.#ended; event = this.#session?.nextEvent()) this.#handle(event)
  }

  #handle(event: SessionEvent): void {
    switch (event.kind) {
      case 'ready':
        return this.#listener.onReady()
      case 'message': {
        const { stream, bytes } = event
        const length = bytes.length
        this.#streams.get(stream)?.onMessage(bytes, () => {
          if (this.#ended) return
          this.#session?.consumed(stream, length)
          this.#socket.requestFlush()
        })
        return
      }
      case 'ended':
        return this.#take(event.stream)?.onEnd()
      case 'reset':
        return this.#take(event.stream)?.onReset(event.code, event.reason)
      case 'closed': {
        // Ours, not the Worker's, means the core found a fault: its last word goes out with the Hub's.
        const last = event.byPeer ? undefined : this.#session?.nextFrame(this.#number, this.#env.now())
        if (last) this.#socket.send(last)
        this.#socket.send(this.#core.closeFrame(this.#number, event.code, event.reason))
        const code = this.#core.codeName(event.code)
        return this.#finish({ code, reason: event.reason, by: event.byPeer ? 'worker' : 'here' })
      }
      case 'writable':
      case 'opened':
        return
    }
  }

  #take(stream: number): StreamHandler | undefined {
    const handler = this.#streams.get(stream)
    this.#streams.delete(stream)
    return handler
  }

  #abandon(code: string, reason: string): void {
    this.#socket.send(this.#core.closeFrame(this.#number, this.#core.codeNumber(code), reason))
    this.#finish({ code, reason, by: 'here' })
  }

  #finish(end: ChannelEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelTimer?.()
    this.#socket.detach(this.#number)
    this.#pending?.free()
    this.#pending = undefined
    const handlers = [...this.#streams.values()]
    this.#streams.clear()
    const code = this.#core.codeNumber(end.code)
    for (const handler of handlers) handler.onReset(code, end.reason)
    this.#session?.free()
    this.#session = undefined
    this.#listener.onEnd(end)
  }
}
