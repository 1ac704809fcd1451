// Consecutive reads on one line: "Read 6 files".
import { For, Show } from 'solid-js'
import { ChevronRightIcon, FileTextIcon } from '../../../ui/icons'
import { useAgent } from '../agent-context'
import { strings } from '../strings'
import { toolHeadline } from '../tool-view'
import { ToolRow } from './ToolRow'
import styles from './ToolRow.module.css'

export function ReadsRow(props: { readonly rowKey: string; readonly ids: readonly string[] }) {
  const { store, directories } = useAgent()
  const isExpanded = () => store.isExpanded(props.rowKey) === true
  const tool = (id: string) => {
    const body = store.item(id)?.body
    return body?.case === 'tool' ? body.value : undefined
  }
  const names = () =>
    props.ids.flatMap(id => {
      const call = tool(id)
      return call === undefined ? [] : toolHeadline(call, directories()).target.split(/[\\/]/).pop()
    })
  return (
    <Show
      when={props.ids.length > 1}
      fallback={<Show when={tool(props.ids[0] ?? '')}>{call => <ToolRow itemId={props.ids[0] ?? ''} tool={call()} />}</Show>}
    >
      <div class={styles.tool}>
        <button
          type="button"
          class={styles.header}
          aria-expanded={isExpanded()}
          onClick={() => store.setExpanded(props.rowKey, !isExpanded())}
        >
          <FileTextIcon size={14} class={styles.icon} />
          <span class={styles.verb}>{strings.readFiles(props.ids.length)}</span>
          <span class={styles.target} data-mono="">
            {names().join(', ')}
          </span>
          <span class={styles.spacer} />
          <ChevronRightIcon size={14} class={styles.chevron} />
        </button>
        <Show when={isExpanded()}>
          <div class={styles.nestedTools}>
            <For each={props.ids}>{id => <Show when={tool(id)}>{call => <ToolRow itemId={id} tool={call()} />}</Show>}</For>
          </div>
        </Show>
      </div>
    </Show>
  )
}
