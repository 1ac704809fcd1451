// Calls, subscriptions and client streams to Workers over the encrypted channel. Protobuf happens here, at the edge.
import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { createSignal } from 'solid-js'
import { ConnectError, type Connection, type ConnectionStatus } from '../channel/connection'
import type { Channel, ChannelStream } from '../channel/driver'
import { STREAM_CLASS } from '../core/session'
import { createBackoff } from '../lib/retry'
import { APPLICATION_CODES, isFinal, workerError } from './error'
import {
  type MessageSink,
  type WatchOptions,
  type WorkerClient,
  type WorkerClients,
  WorkerError,
  type WorkerMethod,
} from './ports'

/** RPC status 1. */
const CANCELED = APPLICATION_CODES + 1
/** Unless a call says otherwise: the Worker's own work may take this long. */
const CALL_TIMEOUT_MS = 30_000

export interface WorkerClientsOptions {
  connection(workerId: string): Connection
  readonly timeoutMs?: number
}

export interface OwnedWorkerClients extends WorkerClients {
  /** The pool says what became of a connection. */
  onStatus(workerId: string, status: ConnectionStatus): void
}

export function createWorkerClients(options: WorkerClientsOptions): OwnedWorkerClients {
  const clients = new Map<string, ReturnType<typeof createWorkerClient>>()
  function client(workerId: string): ReturnType<typeof createWorkerClient> {
    const known = clients.get(workerId)
    if (known) return known
    const made = createWorkerClient(workerId, options)
    clients.set(workerId, made)
    return made
  }
  return {
    get: client,
    onStatus: (workerId, status) => client(workerId).setState(status),
  }
}

type Method<I extends DescMessage, O extends DescMessage> = WorkerMethod<I, O>

function createWorkerClient(
  workerId: string,
  options: WorkerClientsOptions,
): WorkerClient & { setState(status: ConnectionStatus): void } {
  const connection = options.connection(workerId)
  const [state, setState] = createSignal<ConnectionStatus>(connection.status)

  async function call<I extends DescMessage, O extends DescMessage>(
    method: Method<I, O>,
    request: MessageInitShape<I>,
    {
      signal,
      timeoutMs = options.timeoutMs ?? CALL_TIMEOUT_MS,
    }: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<MessageShape<O>> {
    signal?.throwIfAborted()
    const deadline = AbortSignal.timeout(timeoutMs)
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline
    const stopped = (): Error =>
      deadline.aborted ? new WorkerError('deadline_exceeded', 'The Worker did not answer in time.') : aborted(signal)
    const channel = await settled(connection.ready(), stop, stopped)
    return unary(channel, method, encode(method, request), stop, stopped)
  }

  function openSink<I extends DescMessage, O extends DescMessage>(method: Method<I, O>): MessageSink<I> {
    const channel = connection.channel
    if (!channel) throw new WorkerError('channel_lost', 'There is no connection to the Worker.')
    const ignore = { onMessage: (_: Uint8Array, release: () => void) => release(), onEnd() {}, onReset() {} }
    const stream = opened(() => channel.open(STREAM_CLASS[method.class], method.name, ignore))
    return {
      send: message => opened(() => stream.send(encode(method, message))),
      close: () => stream.finish(),
    }
  }

  return {
    workerId,
    state,
    setState: status => void setState(status),
    call,
    watch: (method, watchOptions) => watch(connection, method, watchOptions),
    openSink,
    reconnect: () => connection.reconnect(),
  }
}

function encode<I extends DescMessage>(method: Method<I, DescMessage>, message: MessageInitShape<I>): Uint8Array {
  return toBinary(method.input, create(method.input, message))
}

function aborted(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new WorkerError('canceled', 'canceled')
}

/** What the core throws, as the port's error. */
function opened<T>(use: () => T): T {
  try {
    return use()
  } catch (error) {
    throw asWorkerError(error)
  }
}

function asWorkerError(error: unknown): WorkerError {
  if (error instanceof WorkerError) return error
  if (error instanceof ConnectError) return new WorkerError(error.code, error.message)
  if (error instanceof Error) return new WorkerError(error.name, error.message)
  return new WorkerError('internal', 'unknown failure')
}

/** `promise`, unless `stop` comes first. */
function settled<T>(promise: Promise<T>, stop: AbortSignal, why: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(why())
    if (stop.aborted) return onAbort()
    stop.addEventListener('abort', onAbort, { once: true })
    promise
      .then(resolve, (error: unknown) => reject(asWorkerError(error)))
      .finally(() => stop.removeEventListener('abort', onAbort))
  })
}

function unary<I extends DescMessage, O extends DescMessage>(
  channel: Channel,
  method: Method<I, O>,
  request: Uint8Array,
  stop: AbortSignal,
  why: () => Error,
): Promise<MessageShape<O>> {
  return new Promise((resolve, reject) => {
    let answer: Uint8Array | undefined
    let stream: ChannelStream | undefined
    const onAbort = (): void => {
      stream?.reset(CANCELED, 'canceled')
      reject(why())
    }
    const done = (settle: () => void): void => {
      stop.removeEventListener('abort', onAbort)
      settle()
    }
    const handler = {
      onMessage(bytes: Uint8Array, release: () => void): void {
        answer ??= bytes
        release()
      },
      onEnd(): void {
        done(() => {
          if (!answer) return reject(new WorkerError('internal', 'The Worker ended the call without an answer.'))
          try {
            resolve(fromBinary(method.output, answer))
          } catch {
            reject(new WorkerError('internal', 'The Worker’s answer could not be read.'))
          }
        })
      },
      onReset: (code: number, reason: string) => done(() => reject(workerError(code, reason))),
    }
    if (stop.aborted) return reject(why())
    stop.addEventListener('abort', onAbort, { once: true })
    try {
      stream = channel.open(STREAM_CLASS[method.class], method.name, handler, request, true)
    } catch (error) {
      done(() => reject(asWorkerError(error)))
    }
  })
}

/** Subscribes, and again after every loss, until stopped or until trying again cannot help. */
function watch<I extends DescMessage, O extends DescMessage>(
  connection: Connection,
  method: Method<I, O>,
  options: WatchOptions<I, O>,
): () => void {
  const release = connection.hold()
  const backoff = createBackoff()
  let stopped = false
  let stopCurrent: (() => void) | undefined

  async function run(): Promise<void> {
    while (!stopped) {
      const channel = await connection.readySometime()
      if (stopped) return
      const error = await new Promise<WorkerError | undefined>(resolve => {
        stopCurrent = subscribe(channel, method, options, backoff.reset, resolve)
      })
      if (stopped) return
      if (error && isFinal(error)) return options.onFailed?.(error)
      if (!error || error.code !== 'channel_lost') await new Promise(resolve => setTimeout(resolve, backoff.next()))
    }
  }

  run()
    // Only the end of the page rejects a patient wait.
    .catch((error: unknown) => (stopped ? undefined : options.onFailed?.(asWorkerError(error))))
    .finally(release)
  return () => {
    stopped = true
    stopCurrent?.()
    release()
  }
}

/** One subscription. Messages are worked off in order, each one's credit given back when its handler has settled. */
function subscribe<I extends DescMessage, O extends DescMessage>(
  channel: Channel,
  method: Method<I, O>,
  options: WatchOptions<I, O>,
  onWorking: () => void,
  onOver: (error: WorkerError | undefined) => void,
): () => void {
  let tail: Promise<void> | undefined
  let over = false
  const finish = (error?: WorkerError): void => {
    if (over) return
    over = true
    onOver(error)
  }

  function deliver(bytes: Uint8Array): void | Promise<void> {
    if (over) return
    onWorking()
    return options.onEvent(fromBinary(method.output, bytes))
  }
  /** A message that cannot be worked off is the view's fault or a version's; the stream starts over from its cursor. */
  const failed = (): void => {
    stream?.reset(CANCELED, 'canceled')
    finish(new WorkerError('internal', 'An event could not be read.'))
  }

  function onMessage(bytes: Uint8Array, release: () => void): void {
    if (!tail) {
      try {
        const work = deliver(bytes)
        if (!work) return release()
        tail = work.then(release, failed)
      } catch {
        return failed()
      }
    } else {
      tail = tail.then(() => deliver(bytes)).then(release, failed)
    }
    const mine = tail
    void mine.finally(() => {
      if (tail === mine) tail = undefined
    })
  }

  const handler = {
    onMessage,
    onEnd: () => finish(),
    onReset: (code: number, reason: string) => finish(workerError(code, reason)),
  }
  let stream: ChannelStream | undefined
  try {
    stream = channel.open(STREAM_CLASS[method.class], method.name, handler, encode(method, options.request()), true)
  } catch (error) {
    finish(asWorkerError(error))
  }
  return () => {
    stream?.reset(CANCELED, 'canceled')
    finish()
  }
}
