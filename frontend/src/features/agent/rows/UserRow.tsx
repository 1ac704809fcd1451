// A message of the user: text, attachments, and how its delivery stands.
import { For, Match, Show, Switch } from 'solid-js'
import type { Attachment, UserMessage } from '../../../gen/leapmux/worker/v1/agent_pb'
import { AgentState, Delivery } from '../../../gen/leapmux/worker/v1/agent_pb'
import { Markdown } from '../../markdown'
import { useAgent } from '../agent-context'
import { strings } from '../strings'
import { AttachmentChip } from './AttachmentChip'
import { DeliveryFailure } from './DeliveryFailure'
import styles from './UserRow.module.css'

export function UserRow(props: { readonly itemId: string; readonly message: UserMessage }) {
  const { store, providerLabel, fail } = useAgent()
  const queued = () =>
    store.status()?.state === AgentState.STARTING ? strings.queuedUntilReady(providerLabel()) : strings.queued
  const run = (action: Promise<void>, sentence: string) => void action.catch(() => fail(sentence))
  return (
    <UserCard text={props.message.text} attachments={props.message.attachments}>
      <Switch>
        <Match when={props.message.delivery === Delivery.QUEUED}>
          <p class={styles.note}>{queued()}</p>
        </Match>
        <Match when={props.message.delivery === Delivery.CANCELLED}>
          <p class={styles.note}>{strings.cancelled}</p>
        </Match>
        <Match when={props.message.delivery === Delivery.FAILED}>
          <DeliveryFailure
            reason={props.message.failure}
            onRetry={() => run(store.retryMessage(props.itemId), strings.retryFailed)}
            onDelete={() => run(store.dropMessage(props.itemId), strings.deleteFailed)}
          />
        </Match>
      </Switch>
    </UserCard>
  )
}

export function UserCard(props: {
  readonly text: string
  readonly attachments: readonly Pick<Attachment, 'name' | 'mediaType' | 'size'>[]
  readonly children?: import('solid-js').JSX.Element
}) {
  return (
    <div class={styles.card}>
      <Show when={props.text !== ''}>
        <Markdown text={props.text} />
      </Show>
      <Show when={props.attachments.length > 0}>
        <div class={styles.attachments}>
          <For each={props.attachments}>{file => <AttachmentChip file={file} />}</For>
        </div>
      </Show>
      {props.children}
    </div>
  )
}
