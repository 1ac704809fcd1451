// The connection to one Worker: bundle, pin, handshake, and again after a loss as long as somebody holds it.
import { type Device, PendingSession } from '../core/session'
import type { Core } from '../core/wasm'
import type { Backoff } from '../lib/retry'
import { Channel, type ChannelEnd } from './driver'
import type { Environment } from './environment'
import { PinError, type Pins, type TrustedBundle } from './pins'
import type { RelaySocket } from './socket'

export type ConnectionStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** `retryAt`: ms since 1970. */
  | { readonly kind: 'waiting'; readonly retryAt: number; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** Why there is no channel; `code` as in channel.md 13, or the pin's. */
export class ConnectError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'ConnectError'
  }
}

export interface ConnectionOptions {
  readonly core: Core
  readonly env: Environment
  readonly userId: string
  readonly device: Device | undefined
  readonly pins: Pins
  readonly backoff: Backoff
  openSocket(): Promise<RelaySocket>
  /** Monotonic ms before which no try is made. */
  earliest(): number
  fetchBundle(have: Uint8Array | undefined): Promise<Uint8Array | undefined>
  onStatus(status: ConnectionStatus): void
}

/** Trying again by itself cannot mend these. */
const FINAL: ReadonlySet<string> = new Set([
  'unsupported_version',
  'unsupported_suite',
  'not_allowed',
  'revoked',
  'device_unknown',
  'mismatch',
  'downgrade',
  'rollback',
  'expired',
  'no_known_suite',
  'bad_bundle',
  'pins_unreadable',
])

interface Waiter {
  resolve(channel: Channel): void
  reject(error: ConnectError): void
  /** A holder waits through failures; a caller wants to hear of the first. */
  readonly patient: boolean
}

export class Connection {
  readonly #workerId: string
  readonly #options: ConnectionOptions
  #status: ConnectionStatus = { kind: 'idle' }
  #channel: Channel | undefined
  #connecting = false
  #holders = 0
  #waiters: Waiter[] = []
  #bundle: { readonly bytes: Uint8Array; readonly id: Uint8Array } | undefined
  #cancelRetry: (() => void) | undefined
  #closed = false

  constructor(workerId: string, options: ConnectionOptions) {
    this.#workerId = workerId
    this.#options = options
  }

  get status(): ConnectionStatus {
    return this.#status
  }

  /** The live channel, when there is one. */
  get channel(): Channel | undefined {
    return this.#channel?.isOpen ? this.#channel : undefined
  }

  /** A channel that takes streams, connecting when there is none; fails with the first failed try. */
  ready(): Promise<Channel> {
    return this.#wait(false)
  }

  /** The same, through any number of failed tries. Hold the connection meanwhile. */
  readySometime(): Promise<Channel> {
    return this.#wait(true)
  }

  /** While held, a lost channel comes back by itself. */
  hold(): () => void {
    this.#holders += 1
    let held = true
    return () => {
      if (held) this.#holders -= 1
      held = false
    }
  }

  /** Something changed for the better: a waiting try happens now. */
  retryNow(): void {
    if (this.#status.kind === 'waiting') this.#connect()
  }

  /** A person asks: try now, even after a refusal. */
  reconnect(): void {
    this.#options.backoff.reset()
    if (!this.channel) this.#connect()
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry?.()
    this.#channel?.close('page closed')
    this.#fail(new ConnectError('channel_lost', 'the page was closed'), true)
  }

  #wait(patient: boolean): Promise<Channel> {
    const live = this.channel
    if (live) return Promise.resolve(live)
    if (!patient && this.#status.kind === 'refused') {
      return Promise.reject(new ConnectError('refused', this.#status.reason))
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject, patient })
      // A caller wants to know now; a holder leaves the pace to the backoff.
      const paced = patient && this.#status.kind === 'waiting'
      if (this.#status.kind !== 'refused' && !paced) this.#connect()
    })
  }

  #connect(): void {
    if (this.#connecting || this.#closed) return
    this.#connecting = true
    this.#cancelRetry?.()
    this.#set({ kind: 'connecting' })
    this.#attempt(true).then(
      channel => {
        this.#connecting = false
        if (!channel.isOpen) return this.#failed(new ConnectError('channel_lost', 'the channel closed at once'))
        this.#channel = channel
        const waiters = this.#waiters
        this.#waiters = []
        for (const waiter of waiters) waiter.resolve(channel)
      },
      (error: unknown) => {
        this.#connecting = false
        this.#failed(asConnectError(error))
      },
    )
  }

  async #attempt(mayRefetch: boolean): Promise<Channel> {
    const { pins, openSocket } = this.#options
    const [socket, bytes] = await Promise.all([openSocket(), this.#fetchBundle()])
    const trusted = await pins.trust(this.#workerId, bytes)
    this.#bundle = { bytes, id: trusted.bundle.id() }
    try {
      return await this.#open(socket, trusted)
    } catch (error) {
      if (!mayRefetch || !(error instanceof ConnectError) || error.code !== 'unknown_key') throw error
      // The Worker has new keys: fetch its bundle again and try once more (channel.md 7.7).
      this.#bundle = undefined
      return this.#attempt(false)
    }
  }

  async #fetchBundle(): Promise<Uint8Array> {
    const known = this.#bundle
    const fresh = await this.#options.fetchBundle(known?.id)
    if (!fresh || fresh.length === 0) {
      if (known) return known.bytes
      throw new ConnectError('worker_offline', 'the Worker has not published its keys')
    }
    return fresh
  }

  /** Resolves when streams may be opened. */
  #open(socket: RelaySocket, trusted: TrustedBundle): Promise<Channel> {
    const { core, env, userId, device, backoff } = this.#options
    const { bundle, suite } = trusted
    const pending = new PendingSession(core, { bundle, suite, userId, workerId: this.#workerId, device }, env.random)
    let proven = false
    return new Promise((resolve, reject) => {
      const channel = new Channel(core, env, socket, pending, {
        onAccepted: () => resolve(channel),
        onReady: () => {
          backoff.reset()
          this.#set({ kind: 'connected' })
          proven = true
          // A pin that cannot be written shows at the next visit as a first contact; the channel is sound.
          void trusted
            .confirm()
            .catch(() => undefined)
            .finally(() => bundle.free())
        },
        onEnd: end => {
          if (!proven) bundle.free()
          reject(new ConnectError(end.code, sentence(end)))
          this.#ended(channel, end)
        },
      })
    })
  }

  /** A channel that had been accepted is over. */
  #ended(channel: Channel, end: ChannelEnd): void {
    if (this.#channel !== channel) return
    this.#channel = undefined
    this.#failed(new ConnectError(end.code, sentence(end)))
  }

  #failed(error: ConnectError): void {
    if (this.#closed) return
    const final = FINAL.has(error.code)
    this.#fail(error, false)
    if (final) return this.#set({ kind: 'refused', reason: error.message })
    if (this.#holders === 0 && this.#waiters.length === 0) return this.#set({ kind: 'idle' })
    this.#retryLater(error.message)
  }

  #retryLater(reason: string): void {
    const { env, backoff, earliest } = this.#options
    const delay = Math.max(backoff.next(), earliest() - env.now())
    this.#set({ kind: 'waiting', retryAt: env.wallClock() + delay, reason })
    this.#cancelRetry = env.after(delay, () => this.#connect())
  }

  #fail(error: ConnectError, everybody: boolean): void {
    const leaving = this.#waiters.filter(waiter => everybody || !waiter.patient)
    this.#waiters = this.#waiters.filter(waiter => !everybody && waiter.patient)
    for (const waiter of leaving) waiter.reject(error)
  }

  #set(status: ConnectionStatus): void {
    this.#status = status
    this.#options.onStatus(status)
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  worker_offline: 'The Worker is offline.',
  channel_lost: 'The connection was lost.',
  going_away: 'The Worker is restarting.',
  not_allowed: 'You may not use this Worker.',
  revoked: 'Your access to this Worker was revoked.',
  device_unknown: 'This Worker does not know this device yet: approve it on the Worker.',
  overload: 'The connection was overloaded.',
}

function sentence(end: ChannelEnd): string {
  return SENTENCES[end.code] ?? (end.reason === '' ? end.code.replaceAll('_', ' ') : end.reason)
}

function asConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error
  if (error instanceof PinError) return new ConnectError(error.code, error.message)
  if (error instanceof Error) return new ConnectError(error.name === 'Error' ? 'channel_lost' : error.name, error.message)
  return new ConnectError('internal', 'unknown failure')
}
