// "Failed to deliver", why, and what can be done about it.
import { Show } from 'solid-js'
import { Button } from '../../../ui'
import { CircleAlertIcon } from '../../../ui/icons'
import { useAgent } from '../agent-context'
import { strings } from '../strings'
import styles from './UserRow.module.css'

export function DeliveryFailure(props: { readonly reason: string; readonly onRetry: () => void; readonly onDelete: () => void }) {
  const { editable } = useAgent()
  return (
    <div class={styles.failure} role="alert">
      <CircleAlertIcon size={14} />
      <span class={styles.failureText}>
        {strings.failedToDeliver}
        <Show when={props.reason !== ''}>
          <span class={styles.reason}>: {props.reason}</span>
        </Show>
      </span>
      <Show when={editable()}>
        <Button size="xs" onClick={() => props.onRetry()}>
          {strings.retry}
        </Button>
        <Button size="xs" variant="quiet" onClick={() => props.onDelete()}>
          {strings.delete}
        </Button>
      </Show>
    </div>
  )
}
