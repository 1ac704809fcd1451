// A channel's state as a mark and a word. Pure.
import type { ConnectionState } from '../../rpc/ports'
import type { Status } from '../../ui'

export interface ConnectionView {
  readonly status: Status
  readonly label: string
  /** Shown beside the name; undefined while nothing needs saying. */
  readonly note?: string
}

/** `isOnline`: the Hub has a connection of the Worker's; without one there is nothing to connect to. */
export function connectionView(state: ConnectionState, isOnline = true): ConnectionView {
  if (!isOnline && state.kind !== 'connected' && state.kind !== 'refused') {
    return { status: 'offline', label: 'Offline', note: 'offline' }
  }
  switch (state.kind) {
    case 'connected':
      return { status: 'done', label: 'Connected' }
    case 'connecting':
      return { status: 'connecting', label: 'Connecting', note: 'connecting…' }
    case 'waiting':
      return { status: 'offline', label: 'Disconnected', note: state.reason }
    case 'refused':
      return { status: 'failed', label: 'Refused', note: state.reason }
    case 'idle':
      return { status: 'offline', label: 'Disconnected' }
  }
}
