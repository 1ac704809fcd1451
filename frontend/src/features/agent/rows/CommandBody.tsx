// A command and what it printed: three lines of it, or all.
import { createMemo, For, Show } from 'solid-js'
import { type ToolCall, ToolStatus } from '../../../gen/leapmux/worker/v1/agent_pb'
import { Button } from '../../../ui'
import { createOverflow } from '../../markdown'
import { useAgent } from '../agent-context'
import { ansiLines } from '../ansi'
import { formatBytes } from '../format'
import { strings } from '../strings'
import { commandOf, commandState, parseInput, textField } from '../tool-view'
import { AnsiText } from './AnsiText'
import styles from './ToolRow.module.css'

/** AGT-76: rows of a collapsed result; lines drawn of an opened one. */
const PREVIEW_LINES = 3
const MAX_LINES = 2000

export function CommandBody(props: { readonly itemId: string; readonly tool: ToolCall; readonly isExpanded: boolean }) {
  const { store } = useAgent()
  let scroller: HTMLPreElement | undefined
  const command = createMemo(() => commandOf(props.tool))
  /** The line above already says the command, unless it says a description or only its first line. */
  const needsCommand = () => textField(parseInput(props.tool.input), 'description') !== '' || command().includes('\n')
  const isRunning = () => props.tool.status === ToolStatus.RUNNING
  const lines = createMemo(() => {
    const text = props.tool.output.replace(/\s+$/, '')
    return text === '' ? [] : ansiLines(text)
  })
  const isLive = () => isRunning() || props.tool.status === ToolStatus.FAILED
  const shown = () => {
    if (props.isExpanded) return lines().slice(-MAX_LINES)
    return isLive() ? lines().slice(-PREVIEW_LINES) : lines().slice(0, PREVIEW_LINES)
  }
  const shownCommand = () => (props.isExpanded ? command() : (command().split('\n', 1)[0] ?? ''))
  const isOverflowing = createOverflow(() => scroller)
  const open = () => store.setExpanded(props.itemId, true)

  return (
    <div class={styles.body}>
      <Show when={needsCommand() && command() !== ''}>
        <pre class={styles.command}>{shownCommand()}</pre>
        <Show when={!props.isExpanded && command().includes('\n')}>
          <Button size="xs" variant="quiet" onClick={open}>
            {strings.showCommand}
          </Button>
        </Show>
      </Show>
      <pre
        class={styles.output}
        ref={scroller}
        data-expanded={props.isExpanded ? '' : undefined}
        tabindex={props.isExpanded || isOverflowing() ? 0 : undefined}
        role={props.isExpanded || isOverflowing() ? 'group' : undefined}
        aria-label={props.isExpanded || isOverflowing() ? strings.tool.result : undefined}
      >
        <Show
          when={lines().length > 0}
          fallback={<span class={styles.quietText}>{isRunning() ? strings.tool.waiting : strings.tool.noOutput}</span>}
        >
          <For each={shown()}>{line => <AnsiText line={line} />}</For>
        </Show>
      </pre>
      <div class={styles.footer}>
        <Show when={!props.isExpanded && lines().length > PREVIEW_LINES}>
          <Button size="xs" variant="quiet" onClick={open}>
            {strings.showAll(lines().length)}
          </Button>
        </Show>
        <Show when={props.tool.outputTotalBytes > BigInt(props.tool.output.length)}>
          <span class={styles.note}>
            {strings.tool.outputCut(formatBytes(props.tool.output.length), formatBytes(Number(props.tool.outputTotalBytes)))}
          </span>
        </Show>
        <Show when={props.tool.status === ToolStatus.FAILED && commandState(props.tool)}>
          {state => <span class={styles.failedText}>{state()}</span>}
        </Show>
      </div>
    </div>
  )
}
