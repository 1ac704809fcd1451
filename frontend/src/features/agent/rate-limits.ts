// How much of a plan's allowance is used, in words. Pure.
import { type RateLimit, RateLimitStatus } from '../../gen/leapmux/worker/v1/agent_pb'

type Limit = Pick<RateLimit, 'window' | 'status' | 'usedPercent' | 'resetsAtMs'>

const WINDOWS: Readonly<Record<string, string>> = { five_hour: '5-Hour', seven_day: '7-Day' }
const STATUS: Readonly<Partial<Record<RateLimitStatus, string>>> = {
  [RateLimitStatus.ALLOWED]: 'Allowed',
  [RateLimitStatus.WARNING]: 'Warning',
  [RateLimitStatus.EXCEEDED]: 'Exceeded',
}
const MINUTE_MS = 60_000

/** `5-Hour Rate Limit`; windows nobody named are called by the provider's own words. */
export function limitLabel(window: string): string {
  const known = Object.entries(WINDOWS).find(([id]) => window === id || window.startsWith(`${id}_`))
  if (!known) return `${window.replaceAll('_', ' ')} rate limit`
  const rest = window.slice(known[0].length).replaceAll('_', ' ')
  return `${known[1]}${rest} Rate Limit`
}

/** `Warning, 91% used, resets in 2h 5m`. */
export function limitText(limit: Limit, now: number): string {
  const left = timeLeft(limit, now)
  const parts = [
    STATUS[limit.status],
    limit.usedPercent === undefined ? undefined : `${Math.round(limit.usedPercent)}% used`,
    left === undefined ? undefined : `resets in ${left}`,
  ]
  return parts.filter(part => part !== undefined).join(', ')
}

/** The limit that stops the agent, or soon will, and has a time to count down to: what is used up comes before what is not. */
export function urgentLimit<L extends Limit>(limits: readonly L[], now: number): L | undefined {
  const counting = limits.filter(limit => timeLeft(limit, now) !== undefined)
  return (
    counting.find(limit => limit.status === RateLimitStatus.EXCEEDED) ??
    counting.find(limit => limit.status === RateLimitStatus.WARNING)
  )
}

/** `4m`, `2h 5m`, `3d 4h`; undefined when it is not told or has passed. */
export function timeLeft(limit: Pick<Limit, 'resetsAtMs'>, now: number): string | undefined {
  const minutes = Math.ceil((Number(limit.resetsAtMs) - now) / MINUTE_MS)
  if (minutes <= 0) return undefined
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`
}
