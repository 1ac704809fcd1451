// A message that has not reached the Worker yet.
import { Match, Switch } from 'solid-js'
import { AgentState } from '../../../gen/leapmux/worker/v1/agent_pb'
import { useAgent } from '../agent-context'
import type { OutboxEntry } from '../outbox'
import { strings } from '../strings'
import { DeliveryFailure } from './DeliveryFailure'
import { RowFrame } from './RowFrame'
import { UserCard } from './UserRow'
import styles from './UserRow.module.css'

export function OutboxRow(props: { readonly entry: OutboxEntry }) {
  const { store, providerLabel } = useAgent()
  const files = () => props.entry.attachments.map(file => ({ ...file, size: BigInt(file.data.length) }))
  const note = () => {
    if (store.client.state().kind !== 'connected') return strings.queuedOffline
    if (store.status()?.state === AgentState.STARTING) return strings.queuedUntilReady(providerLabel())
    return strings.sending
  }
  return (
    <RowFrame item={undefined} depth={0} kind="outgoing" label={strings.you} hasToolbar={false}>
      <UserCard text={props.entry.text} attachments={files()}>
        <Switch fallback={<p class={styles.note}>{note()}</p>}>
          <Match when={props.entry.state === 'failed'}>
            <DeliveryFailure
              reason={props.entry.failure}
              onRetry={() => store.retryOutgoing(props.entry.clientId)}
              onDelete={() => store.dropOutgoing(props.entry.clientId)}
            />
          </Match>
        </Switch>
      </UserCard>
    </RowFrame>
  )
}
