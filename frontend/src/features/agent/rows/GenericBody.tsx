// Arguments and result of a tool as they are.
import { createMemo, For, Show } from 'solid-js'
import { type ToolCall, ToolStatus } from '../../../gen/leapmux/worker/v1/agent_pb'
import { Markdown } from '../../markdown'
import { ansiLines } from '../ansi'
import { strings } from '../strings'
import { AnsiText } from './AnsiText'
import styles from './ToolRow.module.css'

const MAX_LINES = 2000

export function GenericBody(props: { readonly tool: ToolCall; readonly isOutputOnly?: boolean }) {
  const input = createMemo(() => prettyJson(props.tool.input))
  const output = () => props.tool.output.trimEnd()
  const isProse = () => props.tool.kind === 'fetch' && props.tool.status === ToolStatus.OK
  return (
    <div class={styles.body}>
      <Show when={props.isOutputOnly !== true && input() !== ''}>
        <div class={styles.partLabel}>{strings.tool.arguments}</div>
        <pre class={styles.output} data-expanded="" tabindex="0" role="group" aria-label={strings.tool.arguments}>
          {input()}
        </pre>
      </Show>
      <Show when={output() !== ''}>
        <Show when={props.isOutputOnly !== true}>
          <div class={styles.partLabel}>{strings.tool.result}</div>
        </Show>
        <Show
          when={isProse()}
          fallback={
            <pre class={styles.output} data-expanded="" tabindex="0" role="group" aria-label={strings.tool.result}>
              <For each={ansiLines(output()).slice(0, MAX_LINES)}>{line => <AnsiText line={line} />}</For>
            </pre>
          }
        >
          <div class={styles.prose}>
            <Markdown text={output()} />
          </div>
        </Show>
      </Show>
    </div>
  )
}

/** Indented when it is JSON; as it is when it is not (yet). */
export function prettyJson(json: string): string {
  if (json === '' || json === '{}') return ''
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
