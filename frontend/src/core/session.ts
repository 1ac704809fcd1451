// One encrypted channel of the core in the page's words: plain events, fresh randomness handed in and wiped, memory given back.
import type { Core } from './wasm'

type WasmOpening = Core['Opening']['prototype']
type WasmSession = Core['ChannelSession']['prototype']
type WasmBundle = Core['WorkerBundle']['prototype']

/** Stream classes as they travel (channel.md 10.4). */
export const STREAM_CLASS = { interactive: 1, normal: 2, bulk: 3 } as const

/** Fills an array with fresh random bytes (`crypto.getRandomValues`). */
export type RandomSource = (bytes: Uint8Array<ArrayBuffer>) => void

export type SessionEvent =
  /** The Worker accepted the proof of the user. */
  | { readonly kind: 'ready'; readonly workerTimeMs: number }
  | { readonly kind: 'message'; readonly stream: number; readonly bytes: Uint8Array; readonly end: boolean }
  /** The Worker's half of a stream is done. */
  | { readonly kind: 'ended'; readonly stream: number }
  | { readonly kind: 'reset'; readonly stream: number; readonly code: number; readonly reason: string }
  | { readonly kind: 'writable'; readonly stream: number }
  /** Tests only: the client opened a stream. */
  | { readonly kind: 'opened'; readonly stream: number; readonly method: string }
  /** The last event. `byPeer`: the Worker said so inside the channel. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly byPeer: boolean }

export interface OpeningOptions {
  readonly bundle: WasmBundle
  readonly suite: number
  readonly userId: string
  readonly workerId: string
  readonly device: Device | undefined
}

/** This browser's device key (channel.md 8.2): its seed, or a key that never leaves the browser's keeping. */
export type Device =
  | { readonly kind: 'seed'; readonly seed: Uint8Array }
  | { readonly kind: 'key'; readonly publicKey: Uint8Array; sign(message: Uint8Array): Promise<Uint8Array> }

function withRandom<T>(length: number, random: RandomSource, use: (bytes: Uint8Array) => T): T {
  const bytes = new Uint8Array(length)
  random(bytes)
  try {
    return use(bytes)
  } finally {
    bytes.fill(0)
  }
}

interface Keeper {
  readonly device: Device | undefined
  readonly random: RandomSource
  onSigned(): void
}

/** A channel between OPEN and ACCEPT. */
export class PendingSession {
  readonly #core: Core
  readonly #opening: WasmOpening
  readonly #device: Device | undefined
  readonly #random: RandomSource

  constructor(core: Core, options: OpeningOptions, random: RandomSource) {
    const { bundle, suite, userId, workerId, device } = options
    const seed = device?.kind === 'seed' ? device.seed : undefined
    const publicKey = device?.kind === 'key' ? device.publicKey : undefined
    this.#core = core
    this.#device = device
    this.#random = random
    this.#opening = withRandom(core.Opening.randomBytes(), random, bytes => {
      return new core.Opening(bundle, suite, userId, workerId, seed, publicKey, bytes)
    })
  }

  /** The OPEN frame for this channel number. */
  openFrame(channel: number): Uint8Array {
    return this.#opening.openFrame(channel)
  }

  /** Reads the ACCEPT frame; throws `handshake_failed`. `onSigned`: a device key signed, there is something to send. */
  accept(frame: Uint8Array, now: number, onSigned: () => void): EncryptedSession {
    const session = this.#opening.accept(frame, now)
    return new EncryptedSession(this.#core, session, { device: this.#device, random: this.#random, onSigned })
  }

  free(): void {
    this.#opening.free()
  }
}

/** A live channel. Times are milliseconds of one monotonic clock. */
export class EncryptedSession {
  readonly #core: Core
  readonly #session: WasmSession
  readonly #keeper: Keeper
  #signing = false
  #freed = false

  constructor(core: Core, session: WasmSession, keeper: Keeper) {
    this.#core = core
    this.#session = session
    this.#keeper = keeper
    this.#provide()
  }

  /** Takes a DATA frame. */
  receive(frame: Uint8Array, now: number): void {
    this.#session.handleFrame(frame, now)
    this.#provide()
  }

  /** The next DATA frame, sealed now: ask only while the socket has room. */
  nextFrame(channel: number, now: number): Uint8Array | undefined {
    return this.#session.pollFrame(channel, now)
  }

  nextEvent(): SessionEvent | undefined {
    for (;;) {
      const event = this.#session.pollEvent()
      if (!event) return undefined
      try {
        const known = plain(event)
        if (known) return known
      } finally {
        event.free()
      }
    }
  }

  /** When `tick` wants to be called next. */
  timeoutAt(): number | undefined {
    return this.#session.pollTimeout()
  }

  tick(now: number): void {
    this.#session.handleTimeout(now)
    this.#provide()
  }

  open(streamClass: number, method: string, first: Uint8Array | undefined, end: boolean): number {
    return this.#session.open(streamClass, method, first, end)
  }
  send(stream: number, bytes: Uint8Array, end: boolean): void {
    this.#session.send(stream, bytes, end)
  }
  finish(stream: number): void {
    this.#session.finish(stream)
  }
  queued(stream: number): number {
    return this.#session.queued(stream)
  }
  consumed(stream: number, bytes: number): void {
    this.#session.consumed(stream, bytes)
  }
  reset(stream: number, code: number, reason: string): void {
    this.#session.reset(stream, code, reason)
  }
  close(code: number, reason: string): void {
    this.#session.close(code, reason)
  }
  lost(code: number, reason: string): void {
    this.#session.lost(code, reason)
  }

  /** Wipes the keys and gives the memory back; nothing may be called afterwards. */
  free(): void {
    if (this.#freed) return
    this.#freed = true
    this.#session.free()
  }

  /** What the core cannot have by itself: randomness for a rekey, a signature of a key that is not in its memory. */
  #provide(): void {
    const { device, random, onSigned } = this.#keeper
    if (this.#session.needsRandom()) {
      withRandom(this.#core.ChannelSession.randomBytes(), random, bytes => this.#session.provideRandom(bytes))
    }
    if (device?.kind !== 'key' || this.#signing) return
    const message = this.#session.signatureWanted()
    if (!message) return
    this.#signing = true
    // A key that cannot sign leaves the proof unsent; the session's own timeout ends the channel and says so.
    void device
      .sign(message)
      .then(signature => {
        if (this.#freed) return
        this.#session.provideSignature(signature)
        onSigned()
      })
      .catch(() => undefined)
      .finally(() => {
        this.#signing = false
      })
  }
}

function plain(event: NonNullable<ReturnType<WasmSession['pollEvent']>>): SessionEvent | undefined {
  const { kind, stream } = event
  switch (kind) {
    case 'ready':
      return { kind, workerTimeMs: event.number }
    case 'message':
      return { kind, stream, bytes: event.takeBytes(), end: event.end }
    case 'ended':
    case 'writable':
      return { kind, stream }
    case 'reset':
      return { kind, stream, code: event.code, reason: event.reason }
    case 'opened':
      return { kind, stream, method: event.reason }
    case 'closed':
      return { kind, code: event.code, reason: event.reason, byPeer: event.byPeer }
    default:
      return undefined
  }
}
