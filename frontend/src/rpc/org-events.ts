// The organization's event stream: layout steps and Worker changes over one WebSocket that comes back by itself.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type OrgEvent, OrgEventSchema, PresenceReportSchema } from '../gen/leapmux/hub/v1/event_pb.js'

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 15_000
/** Delays are spread by this share, so that a restarted Hub is not met by everybody at once. */
const SPREAD = 0.2

export interface OrgEventsOptions {
  readonly origin: string
  readonly orgId: string
  /** Asked at every connect: the revision the replica has, or undefined for a whole snapshot. */
  since(): number | undefined
  onEvent(event: OrgEvent): void
  onOnline(online: boolean): void
}

export interface OrgEvents {
  /** The user acted in this workspace: the Hub keeps which client did last. */
  reportPresence(workspaceId: string): void
  close(): void
}

export function openOrgEvents(options: OrgEventsOptions): OrgEvents {
  let socket: WebSocket | undefined
  let retryMs = FIRST_RETRY_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function connect(): void {
    timer = undefined
    const url = new URL('/ws/orgevents', options.origin)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    url.searchParams.set('org', options.orgId)
    const since = options.since()
    if (since !== undefined) url.searchParams.set('since', String(since))
    const opened = new WebSocket(url)
    opened.binaryType = 'arraybuffer'
    socket = opened
    opened.onopen = () => {
      retryMs = FIRST_RETRY_MS
      options.onOnline(true)
    }
    opened.onmessage = (message: MessageEvent<unknown>) => {
      if (message.data instanceof ArrayBuffer) options.onEvent(fromBinary(OrgEventSchema, new Uint8Array(message.data)))
    }
    opened.onclose = () => {
      if (socket !== opened) return
      socket = undefined
      if (closed) return
      options.onOnline(false)
      timer = setTimeout(connect, retryMs * (1 - SPREAD + Math.random() * 2 * SPREAD))
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
    }
  }

  function connectNow(): void {
    if (closed || socket || document.visibilityState === 'hidden') return
    clearTimeout(timer)
    retryMs = FIRST_RETRY_MS
    connect()
  }

  addEventListener('online', connectNow)
  document.addEventListener('visibilitychange', connectNow)
  connect()
  return {
    reportPresence(workspaceId) {
      if (socket?.readyState === WebSocket.OPEN)
        socket.send(toBinary(PresenceReportSchema, create(PresenceReportSchema, { workspaceId })))
    },
    close() {
      closed = true
      clearTimeout(timer)
      removeEventListener('online', connectNow)
      document.removeEventListener('visibilitychange', connectNow)
      socket?.close()
    },
  }
}
