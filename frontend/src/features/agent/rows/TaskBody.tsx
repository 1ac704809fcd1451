// A sub-agent: what it was asked and what it said at the end. Its steps are rows of their own.
import { createMemo, Show } from 'solid-js'
import type { ToolCall } from '../../../gen/leapmux/worker/v1/agent_pb'
import { Markdown } from '../../markdown'
import { strings } from '../strings'
import { parseInput, textField } from '../tool-view'
import styles from './ToolRow.module.css'

export function TaskBody(props: { readonly tool: ToolCall }) {
  const prompt = createMemo(() => textField(parseInput(props.tool.input), 'prompt', 'task', 'message'))
  return (
    <div class={styles.body}>
      <Show when={prompt() !== ''}>
        <div class={styles.partLabel}>{strings.tool.prompt}</div>
        <div class={styles.prose}>
          <Markdown text={prompt()} />
        </div>
      </Show>
      <Show when={props.tool.output.trim() !== ''}>
        <div class={styles.partLabel}>{strings.tool.result}</div>
        <div class={styles.prose}>
          <Markdown text={props.tool.output} />
        </div>
      </Show>
    </div>
  )
}
