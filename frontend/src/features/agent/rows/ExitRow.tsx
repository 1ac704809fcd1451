// The agent's process has ended.
import { Show } from 'solid-js'
import type { ProcessExit } from '../../../gen/leapmux/worker/v1/agent_pb'
import { CircleAlertIcon } from '../../../ui/icons'
import { stripAnsi } from '../ansi'
import { strings } from '../strings'
import styles from './Notice.module.css'

export function ExitRow(props: { readonly exit: ProcessExit }) {
  const how = () => {
    if (props.exit.signal !== '') return strings.signal(props.exit.signal)
    return props.exit.code === undefined ? strings.unexpectedly : strings.exitCode(props.exit.code)
  }
  const level = () => (props.exit.code === 0 ? 'info' : 'warning')
  return (
    <div class={styles.exit}>
      <p class={styles.notice} data-level={level()}>
        <CircleAlertIcon size={13} />
        <span class={styles.text}>{strings.processEnded(how())}</span>
      </p>
      <Show when={props.exit.stderrTail.trim() !== ''}>
        <details>
          <summary class={styles.summary}>{strings.lastOutput}</summary>
          <pre class={styles.tail} tabindex="0" role="group" aria-label={strings.lastOutput}>
            {stripAnsi(props.exit.stderrTail).trim()}
          </pre>
        </details>
      </Show>
    </div>
  )
}
