// The end of a turn: a rule with how long it took or why it ended.
import type { TurnEnd } from '../../../gen/leapmux/worker/v1/agent_pb'
import { turnEndText } from '../turn-end'
import styles from './Notice.module.css'

export function TurnEndRow(props: { readonly end: TurnEnd }) {
  return (
    <div class={styles.divider} role="separator" data-failed={props.end.stop === 'error' ? '' : undefined}>
      <span class={styles.dividerText}>{turnEndText(props.end)}</span>
    </div>
  )
}
