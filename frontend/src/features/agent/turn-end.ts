// How a turn ended, in words. Pure.
import type { TurnEnd } from '../../gen/leapmux/worker/v1/agent_pb'
import { formatDuration } from './format'
import { strings } from './strings'

export function turnEndText(end: Pick<TurnEnd, 'stop' | 'error' | 'durationMs'>): string {
  if (end.stop === 'error') {
    return end.error.startsWith('API Error') ? end.error : strings.turnFailed(end.error || strings.unexpectedly)
  }
  const took = Number(end.durationMs)
  if (end.stop === 'completed' || end.stop === '') return took > 0 ? strings.took(formatDuration(took)) : strings.turnEnded
  return strings.turnEndedWith(strings.stopReason[end.stop] ?? end.stop)
}
