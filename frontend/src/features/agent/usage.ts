// How full the context window is. Pure.
import type { Usage } from '../../gen/leapmux/worker/v1/agent_pb'

/** AGT-157: when the agent does not say. */
const DEFAULT_WINDOW = 200_000

export type UsageLevel = 'normal' | 'warning' | 'exceeded'

/** Percent of the window, or undefined while nothing is known. */
export function contextPercent(usage: Pick<Usage, 'contextUsed' | 'contextSize'> | undefined): number | undefined {
  const used = Number(usage?.contextUsed ?? 0n)
  if (used === 0) return undefined
  const size = Number(usage?.contextSize ?? 0n) || DEFAULT_WINDOW
  return Math.min(999, Math.round((used / size) * 100))
}

export function usageLevel(percent: number | undefined): UsageLevel {
  if (percent === undefined || percent < 80) return 'normal'
  return percent < 100 ? 'warning' : 'exceeded'
}
