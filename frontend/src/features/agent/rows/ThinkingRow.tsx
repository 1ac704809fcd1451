// What the model thought: muted, two lines, or all of it.
import { Show } from 'solid-js'
import { ChevronRightIcon } from '../../../ui/icons'
import { Markdown } from '../../markdown'
import { useAgent } from '../agent-context'
import { strings } from '../strings'
import styles from './ThinkingRow.module.css'

export function ThinkingRow(props: { readonly itemId: string; readonly text: string; readonly isOpen: boolean }) {
  const { store, expandThinking } = useAgent()
  const isExpanded = () => store.isExpanded(props.itemId) ?? expandThinking()
  return (
    <div class={styles.thinking}>
      <button
        type="button"
        class={styles.header}
        aria-expanded={isExpanded()}
        onClick={() => store.setExpanded(props.itemId, !isExpanded())}
      >
        <ChevronRightIcon size={13} class={styles.chevron} />
        {strings.thinking}
      </button>
      <Show when={isExpanded()} fallback={<p class={styles.preview}>{props.text.replaceAll('\n', ' ')}</p>}>
        <div class={styles.body}>
          <Markdown text={props.text} isOpen={props.isOpen} />
        </div>
      </Show>
    </div>
  )
}
