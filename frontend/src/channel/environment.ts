// The world below the channel as plain functions, so that tests bring their own clock, sockets and randomness.
import type { RandomSource } from '../core/session'
import { onWake } from '../lib/retry'

/** `readyState` of a WebSocket, by the numbers of its standard. */
export const READY_STATE = { connecting: 0, open: 1, closed: 3 } as const

/** The part of a WebSocket the channel uses. */
export interface ByteSocket {
  binaryType: BinaryType
  readonly bufferedAmount: number
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  onopen: ((event: Event) => unknown) | null
  onmessage: ((event: MessageEvent) => unknown) | null
  onclose: ((event: CloseEvent) => unknown) | null
}

export interface Environment {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970. */
  wallClock(): number
  /** Calls once, `delayMs` from now; the returned function cancels. */
  after(delayMs: number, call: () => void): () => void
  readonly random: RandomSource
  openSocket(url: string, subprotocol: string): ByteSocket
  /** The network is back or the page is looked at again. */
  onWake(listener: () => void): () => void
}

export const browserEnvironment: Environment = {
  now: () => Math.floor(performance.now()),
  wallClock: () => Date.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  },
  random: bytes => void crypto.getRandomValues(bytes),
  openSocket: (url, subprotocol) => new WebSocket(url, subprotocol),
  onWake,
}
