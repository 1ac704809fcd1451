// A Worker made of plain functions, for tests and the dev gallery. It holds no behaviour of its own.
import { create, type DescMessage, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf'
import { createSignal } from 'solid-js'
import { type ConnectionState, type WatchOptions, type WorkerClient, WorkerError, type WorkerMethod } from '../rpc/ports'

interface Watch {
  readonly method: string
  readonly request: () => unknown
  readonly emit: (event: never) => unknown
  readonly fail: (error: WorkerError) => void
}

export interface FakeWorker extends WorkerClient {
  /** Calls so far, oldest first. */
  readonly calls: { readonly method: string; readonly request: Record<string, unknown> }[]
  /** Messages of client streams, oldest first. */
  readonly sunk: { readonly method: string; readonly message: Record<string, unknown> }[]
  readonly watches: Watch[]
  /** Answers calls of one method; a thrown WorkerError is what the caller gets. */
  on<I extends DescMessage, O extends DescMessage>(
    method: WorkerMethod<I, O>,
    answer: (request: MessageShape<I>) => MessageInitShape<O> | Promise<MessageInitShape<O>>,
  ): void
  /** Sends an event to every subscription of a method; settles when the last one has taken it. */
  emit<I extends DescMessage, O extends DescMessage>(method: WorkerMethod<I, O>, event: MessageInitShape<O>): Promise<void>
  fail(method: WorkerMethod<DescMessage, DescMessage>, error: WorkerError): void
  setState(state: ConnectionState): void
  /** What happens when a subscription opens. */
  onWatch(listener: (method: string, request: Record<string, unknown>) => void): void
}

export function createFakeWorker(workerId = 'wrk_fake'): FakeWorker {
  const [state, setState] = createSignal<ConnectionState>({ kind: 'connected' })
  const answers = new Map<string, (request: never) => unknown>()
  const listeners: ((method: string, request: Record<string, unknown>) => void)[] = []
  const fake: FakeWorker = {
    workerId,
    state,
    calls: [],
    sunk: [],
    watches: [],
    async call(method, request) {
      const message = create(method.input, request)
      fake.calls.push({ method: method.name, request: message as never })
      const answer = answers.get(method.name)
      if (answer === undefined) throw new WorkerError('unimplemented', `${method.name} is not answered here`)
      return create(method.output, (await answer(message as never)) as MessageInitShape<typeof method.output>)
    },
    watch<I extends DescMessage, O extends DescMessage>(method: WorkerMethod<I, O>, options: WatchOptions<I, O>) {
      const watch: Watch = {
        method: method.name,
        request: options.request,
        emit: options.onEvent as (event: never) => unknown,
        fail: error => options.onFailed?.(error),
      }
      fake.watches.push(watch)
      queueMicrotask(() => {
        for (const listener of listeners) listener(method.name, options.request() as Record<string, unknown>)
      })
      return () => void fake.watches.splice(fake.watches.indexOf(watch), 1)
    },
    openSink(method) {
      if (state().kind !== 'connected') throw new WorkerError('channel_lost', 'the channel is closed')
      return {
        send: message => void fake.sunk.push({ method: method.name, message: create(method.input, message) as never }),
        close: () => undefined,
      }
    },
    reconnect: () => undefined,
    on: (method, answer) => void answers.set(method.name, answer as (request: never) => unknown),
    async emit(method, event) {
      const message = create(method.output, event)
      const taken = fake.watches.filter(watch => watch.method === method.name).map(watch => watch.emit(message as never))
      await Promise.all(taken)
    },
    fail(method, error) {
      for (const watch of fake.watches) if (watch.method === method.name) watch.fail(error)
    },
    setState: next => void setState(next),
    onWatch: listener => void listeners.push(listener),
  }
  return fake
}
