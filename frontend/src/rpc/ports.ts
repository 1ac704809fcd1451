// What features may know of the world beyond the page: the Hub's API and the encrypted channel to each Worker.
// Implemented by hub-client.ts and worker-client.ts; tests pass fakes.
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import type { Accessor } from 'solid-js'

/** Stream classes of the channel (channel.md 10.4). */
export type StreamClass = 'interactive' | 'normal' | 'bulk'

/** A method of the Worker: its stream's method name, both message types and its class. */
export interface WorkerMethod<I extends DescMessage, O extends DescMessage> {
  readonly name: string
  readonly input: I
  readonly output: O
  readonly class: StreamClass
}

/** A failed call. `code` is the channel's or the application's (`not_found`, `invalid_argument`, `channel_lost`, …). */
export class WorkerError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'WorkerError'
  }
}

export type ConnectionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** Trying again at `retryAt` (ms since 1970); `reason` for people. */
  | { readonly kind: 'waiting'; readonly retryAt: number; readonly reason: string }
  /** Will not try by itself (key rejected, not allowed). */
  | { readonly kind: 'refused'; readonly reason: string }

export interface WatchOptions<I extends DescMessage, O extends DescMessage> {
  /** Asked before the first and every later subscription, so that it can carry a cursor. */
  request(): MessageInitShape<I>
  /** Awaited: the stream's credit is given back when it settles, so a slow view slows the Worker and not the page. */
  onEvent(event: MessageShape<O>): void | Promise<void>
  /** The stream ended with an error that trying again cannot mend (`not_found`, `permission_denied`, …). */
  onFailed?(error: WorkerError): void
}

/** A client-side stream of messages (keystrokes); order is kept, nothing is repeated after a lost channel. */
export interface MessageSink<I extends DescMessage> {
  send(message: MessageInitShape<I>): void
  close(): void
}

/** One Worker, over a channel that opens on demand and comes back by itself. */
export interface WorkerClient {
  readonly workerId: string
  readonly state: Accessor<ConnectionState>
  call<I extends DescMessage, O extends DescMessage>(
    method: WorkerMethod<I, O>,
    request: MessageInitShape<I>,
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<MessageShape<O>>
  /** Subscribes, and again after every reconnect, until the returned function is called. */
  watch<I extends DescMessage, O extends DescMessage>(method: WorkerMethod<I, O>, options: WatchOptions<I, O>): () => void
  /** Opens a client stream on the live channel; it throws WorkerError `channel_lost` when there is none. */
  openSink<I extends DescMessage, O extends DescMessage>(method: WorkerMethod<I, O>): MessageSink<I>
  /** Connects now (a retry the user asked for). */
  reconnect(): void
}

export interface WorkerClients {
  get(workerId: string): WorkerClient
}
