// One line between conversation and composer when the agent cannot work just now.
import { Match, Switch } from 'solid-js'
import { AgentState } from '../../gen/leapmux/worker/v1/agent_pb'
import { Button, ErrorPanel, Spinner } from '../../ui'
import { WifiOffIcon } from '../../ui/icons'
import styles from './AgentPane.module.css'
import { useAgent } from './agent-context'
import { strings } from './strings'

export function AgentNotice(props: { readonly hasRows: boolean; readonly onStart: () => void }) {
  const { store, providerLabel, editable } = useAgent()
  const state = () => store.status()?.state
  const isOffline = () => store.isLoaded() && store.client.state().kind !== 'connected'
  return (
    <Switch>
      <Match when={isOffline()}>
        <p class={styles.notice} data-level="warning" role="status">
          <WifiOffIcon size={14} />
          <span class={styles.noticeText}>{strings.offline}</span>
        </p>
      </Match>
      <Match when={state() === AgentState.START_FAILED && props.hasRows}>
        <div class={styles.failure}>
          <ErrorPanel
            inline
            title={strings.failedToStart(providerLabel())}
            text={store.status()?.failure}
            action={{ label: strings.retry, run: props.onStart }}
          />
        </div>
      </Match>
      <Match when={state() === AgentState.STARTING && props.hasRows}>
        <p class={styles.notice} role="status">
          <Spinner size={13} label="" />
          <span class={styles.noticeText}>{store.status()?.phase || strings.starting(providerLabel())}</span>
        </p>
      </Match>
      <Match when={state() === AgentState.INACTIVE}>
        <p class={styles.notice} role="status">
          <span class={styles.noticeText}>{strings.inactive}</span>
          <Button size="xs" onClick={() => props.onStart()} disabled={!editable()}>
            {strings.startNow}
          </Button>
        </p>
      </Match>
    </Switch>
  )
}
