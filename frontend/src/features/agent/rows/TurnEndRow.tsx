// The end of a turn: a rule with how long it took or why it ended.
import type { TurnEnd } from '../../../gen/leapmux/worker/v1/agent_pb'
import { formatDuration } from '../format'
import { strings } from '../strings'
import styles from './Notice.module.css'

export function TurnEndRow(props: { readonly end: TurnEnd }) {
  return (
    <div class={styles.divider} role="separator" data-failed={props.end.stop === 'error' ? '' : undefined}>
      <span class={styles.dividerText}>{turnEndText(props.end)}</span>
    </div>
  )
}

export function turnEndText(end: Pick<TurnEnd, 'stop' | 'error' | 'durationMs'>): string {
  const took = Number(end.durationMs)
  if (end.stop === 'error')
    return end.error.startsWith('API Error') ? end.error : strings.turnFailed(end.error || strings.unexpectedly)
  if (end.stop === 'completed' || end.stop === '') return took > 0 ? strings.took(formatDuration(took)) : strings.turnEnded
  return strings.turnEndedWith(strings.stopReason[end.stop] ?? end.stop)
}
