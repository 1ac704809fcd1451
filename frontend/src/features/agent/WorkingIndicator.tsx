// Below the last row while a turn runs: a turning sign, a word, and how much has been thought.
import { createMemo, createSignal, onCleanup, Show } from 'solid-js'
import { AgentState } from '../../gen/leapmux/worker/v1/agent_pb'
import { Spinner } from '../../ui'
import { useAgent } from './agent-context'
import { formatCount, formatDuration } from './format'
import { strings } from './strings'
import styles from './WorkingIndicator.module.css'

const VERB_MS = 12_000

export function WorkingIndicator() {
  const { store } = useAgent()
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), 1000)
  onCleanup(() => clearInterval(timer))

  const elapsed = () => {
    const started = Number(store.status()?.turnStartedMs ?? 0n)
    return started === 0 ? 0 : Math.max(0, now() - started)
  }
  const words = createMemo(() => {
    const status = store.status()
    if (status?.interrupting) return strings.interrupting
    if (status?.state === AgentState.COMPACTING) return strings.compacting
    if (status?.state === AgentState.WAITING) return strings.waitingForAnswer
    if (status?.waitingForModel) return strings.waitingForModel
    return strings.working[Math.floor(elapsed() / VERB_MS) % strings.working.length] ?? strings.working[0]
  })
  const tokens = () => Number(store.status()?.thinkingTokens ?? 0n)

  return (
    <div class={styles.working} data-testid="working">
      <Spinner size={14} label="" />
      <span>{words()}...</span>
      <Show when={elapsed() >= 1000}>
        <span class={styles.detail}>{formatDuration(elapsed() - (elapsed() % 1000)).replace('.0', '')}</span>
      </Show>
      <Show when={tokens() > 0}>
        <span class={styles.detail}>{strings.thinkingTokens(formatCount(tokens()))}</span>
      </Show>
    </div>
  )
}
