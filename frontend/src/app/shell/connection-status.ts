// How the page is connected, in words: the event stream first, then the Worker of the active tab. Pure.
import type { ConnectionState } from '../../rpc/ports'

/** A short break is not worth a word (spec UIM-277). */
export const QUIET_MS = 3000

export interface StreamState {
  readonly connected: boolean
  /** ms since 1970. */
  readonly since: number
}

/** "Reconnecting… 4 s", or undefined while connected or within the first seconds. */
export function reconnecting(stream: StreamState, now: number): string | undefined {
  if (stream.connected) return undefined
  const away = now - stream.since
  return away < QUIET_MS ? undefined : `Reconnecting… ${Math.floor(away / 1000)} s`
}

export interface ChannelStatus {
  readonly isEncrypted: boolean
  readonly text: string
}

export function channelStatus(state: ConnectionState | undefined, name: string, now: number): ChannelStatus | undefined {
  switch (state?.kind) {
    case undefined:
    case 'idle':
      return undefined
    case 'connected':
      return { isEncrypted: true, text: `Encrypted to ${name}` }
    case 'connecting':
      return { isEncrypted: false, text: `Connecting to ${name}…` }
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000))
      return { isEncrypted: false, text: `${name}: ${state.reason}${seconds > 0 ? `, trying again in ${seconds} s` : ''}` }
    }
    case 'refused':
      return { isEncrypted: false, text: `${name}: ${state.reason}` }
  }
}
