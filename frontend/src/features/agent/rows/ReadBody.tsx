// What a read returned: code with its own line numbers, or plain text.
import { createMemo, For, Show } from 'solid-js'
import type { ToolCall } from '../../../gen/leapmux/worker/v1/agent_pb'
import { languageOfPath } from '../../../lib/highlight/languages'
import { createSyntaxLines } from '../../../lib/highlight/syntax-lines'
import { CodeLine } from '../../markdown'
import { strings } from '../strings'
import { numberedLines, toolPath } from '../tool-view'
import { GenericBody } from './GenericBody'
import styles from './ToolRow.module.css'

const MAX_LINES = 2000

export function ReadBody(props: { readonly tool: ToolCall }) {
  const numbered = createMemo(() => numberedLines(props.tool.output)?.slice(0, MAX_LINES))
  const lines = createSyntaxLines({
    text: () => (numbered() ?? []).map(line => line.text).join('\n'),
    language: () => languageOfPath(toolPath(props.tool)),
    isOpen: () => false,
  })
  const isEmpty = () => props.tool.output.trim() === ''
  return (
    <Show when={!isEmpty()} fallback={<p class={styles.empty}>{strings.tool.emptyFile}</p>}>
      <Show when={numbered()} fallback={<GenericBody tool={props.tool} isOutputOnly />}>
        {known => (
          <div class={styles.body}>
            <pre class={styles.output} data-expanded="" tabindex="0" role="group" aria-label={strings.tool.result}>
              <For each={lines()}>
                {(line, index) => (
                  <span class={styles.numberedLine} data-number={known()[index()]?.number ?? ''}>
                    <CodeLine line={line} />
                  </span>
                )}
              </For>
            </pre>
          </div>
        )}
      </Show>
    </Show>
  )
}
