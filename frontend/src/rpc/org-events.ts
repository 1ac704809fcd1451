// The organization's event stream: layout steps and Worker changes over one WebSocket that comes back by itself.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type OrgEvent, OrgEventSchema, PresenceReportSchema } from '../gen/leapmux/hub/v1/event_pb.js'
import { type Backoff, createBackoff, onWake } from '../lib/retry'

export interface OrgEventsOptions {
  readonly origin: string
  readonly orgId: string
  /** Asked at every connect: the revision the replica has, or undefined for a whole snapshot. */
  since(): number | undefined
  /** `first`: the first message of a stream. Answers false when something is missing: the stream starts over from `since`. */
  onEvent(event: OrgEvent, first: boolean): boolean
  onOnline(online: boolean): void
  readonly backoff?: Backoff
}

export interface OrgEvents {
  /** The user acted in this workspace: the Hub keeps which client did last. */
  reportPresence(workspaceId: string): void
  close(): void
}

export function openOrgEvents(options: OrgEventsOptions): OrgEvents {
  const backoff = options.backoff ?? createBackoff()
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function address(): URL {
    const url = new URL('/ws/orgevents', options.origin)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    url.searchParams.set('org', options.orgId)
    const since = options.since()
    if (since !== undefined) url.searchParams.set('since', String(since))
    return url
  }

  function connect(): void {
    timer = undefined
    const opened = new WebSocket(address())
    opened.binaryType = 'arraybuffer'
    socket = opened
    let first = true
    opened.onopen = () => options.onOnline(true)
    opened.onmessage = (message: MessageEvent<unknown>) => {
      if (!(message.data instanceof ArrayBuffer)) return
      backoff.reset()
      const whole = options.onEvent(fromBinary(OrgEventSchema, new Uint8Array(message.data)), first)
      first = false
      if (!whole) startOver(opened)
    }
    opened.onclose = () => startOver(opened)
  }

  function startOver(lost: WebSocket): void {
    if (socket !== lost || closed) return
    socket = undefined
    lost.onopen = lost.onmessage = lost.onclose = null
    lost.close()
    options.onOnline(false)
    timer = setTimeout(connect, backoff.next())
  }

  function connectNow(): void {
    if (closed || socket) return
    clearTimeout(timer)
    connect()
  }
  /** A machine that lost its network does not always notice that its sockets died. */
  function onOffline(): void {
    if (socket) startOver(socket)
  }

  const stopWaking = onWake(connectNow)
  addEventListener('offline', onOffline)
  connect()
  return {
    reportPresence(workspaceId) {
      if (socket?.readyState === WebSocket.OPEN)
        socket.send(toBinary(PresenceReportSchema, create(PresenceReportSchema, { workspaceId })))
    },
    close() {
      closed = true
      clearTimeout(timer)
      stopWaking()
      removeEventListener('offline', onOffline)
      socket?.close()
    },
  }
}
