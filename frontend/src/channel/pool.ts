// One relay socket for the page and one channel per Worker, opened on demand and brought back while anybody needs it.
import { fromBinary } from '@bufbuild/protobuf'
import type { Device } from '../core/session'
import type { Core } from '../core/wasm'
import { RelayEventSchema } from '../gen/leapmux/relay/v1/event_pb.js'
import { createBackoff } from '../lib/retry'
import { Connection, type ConnectionStatus } from './connection'
import type { Environment } from './environment'
import type { Pins } from './pins'
import { RelaySocket } from './socket'

export interface PoolOptions {
  readonly core: Core
  readonly env: Environment
  /** `wss://…/ws/channel`. */
  readonly url: string
  readonly userId: string
  readonly device: Device | undefined
  readonly pins: Pins
  /** `GetWorkerBundle`; undefined when the caller has the current one. */
  fetchBundle(workerId: string, have: Uint8Array | undefined): Promise<Uint8Array | undefined>
  onStatus(workerId: string, status: ConnectionStatus): void
  onWorkerOnline(workerId: string, online: boolean): void
}

export interface Pool {
  connection(workerId: string): Connection
  close(): void
}

export function createPool(options: PoolOptions): Pool {
  const { core, env } = options
  const connections = new Map<string, Connection>()
  let socket: RelaySocket | undefined
  let opening: Promise<RelaySocket> | undefined
  let notBefore = 0
  let closed = false

  function openSocket(): Promise<RelaySocket> {
    if (socket?.isOpen) return Promise.resolve(socket)
    opening ??= new Promise<RelaySocket>((resolve, reject) => {
      const made = new RelaySocket(core, env, options.url, {
        onOpen() {
          socket = made
          opening = undefined
          resolve(made)
        },
        onEvent: onRelayEvent,
        onGoAway(retryAfterMs) {
          notBefore = env.now() + retryAfterMs
          made.close()
        },
        onClosed() {
          socket = undefined
          opening = undefined
          reject(new Error('the connection to the Hub failed'))
        },
      })
    })
    return opening
  }

  function onRelayEvent(bytes: Uint8Array): void {
    const { event } = fromBinary(RelayEventSchema, bytes)
    if (event.case !== 'workerStatus') return
    const { workerId, online } = event.value
    options.onWorkerOnline(workerId, online)
    if (online) connections.get(workerId)?.retryNow()
  }

  const stopWaking = env.onWake(() => {
    socket?.probe()
    for (const connection of connections.values()) connection.retryNow()
  })

  function connection(workerId: string): Connection {
    const known = connections.get(workerId)
    if (known) return known
    const made = new Connection(workerId, {
      core,
      env,
      userId: options.userId,
      device: options.device,
      pins: options.pins,
      backoff: createBackoff(),
      openSocket,
      /** GOAWAY's delay is honoured once: it lies in the past afterwards. */
      earliest: () => notBefore,
      fetchBundle: have => options.fetchBundle(workerId, have),
      onStatus: status => options.onStatus(workerId, status),
    })
    connections.set(workerId, made)
    return made
  }

  return {
    connection(workerId) {
      if (closed) throw new Error('the pool is closed')
      return connection(workerId)
    },
    close() {
      closed = true
      stopWaking()
      for (const connection of connections.values()) connection.close()
      socket?.close()
    },
  }
}
