// A tool call: one line, and below it what it changed or printed.
import { createMemo, For, Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { ToolCall } from '../../../gen/leapmux/worker/v1/agent_pb'
import { ToolStatus } from '../../../gen/leapmux/worker/v1/agent_pb'
import { ChevronRightIcon } from '../../../ui/icons'
import { buildDiff, Diff, type DiffSource, DiffStats } from '../../diff'
import { useAgent } from '../agent-context'
import { shortPath } from '../format'
import { toolHeadline } from '../tool-view'
import { CommandBody } from './CommandBody'
import { GenericBody } from './GenericBody'
import { ReadBody } from './ReadBody'
import { TaskBody } from './TaskBody'
import { TodoList } from './TodoList'
import styles from './ToolRow.module.css'
import { isToolExpanded } from './tool-expansion'
import { ToolStatusIcon, toolIcon } from './tool-icons'

export function ToolRow(props: { readonly itemId: string; readonly tool: ToolCall }) {
  const { store, directories } = useAgent()
  const headline = createMemo(() => toolHeadline(props.tool, directories()))
  const isExpanded = () => isToolExpanded(props.tool, store.isExpanded(props.itemId))
  const sources = createMemo(() => diffSources(props.tool))
  const stats = createMemo(() => {
    const diffs = sources().map(buildDiff)
    return { added: sum(diffs.map(diff => diff.added)), removed: sum(diffs.map(diff => diff.removed)) }
  })
  const isDone = () => props.tool.status !== ToolStatus.RUNNING

  return (
    <div class={styles.tool} data-status={ToolStatus[props.tool.status].toLowerCase()}>
      <button
        type="button"
        class={styles.header}
        aria-expanded={isExpanded()}
        onClick={() => store.setExpanded(props.itemId, !isExpanded())}
      >
        <Dynamic component={toolIcon(headline().icon)} size={14} class={styles.icon} />
        <span class={styles.verb}>{headline().verb}</span>
        <Show when={headline().target !== ''}>
          <span class={styles.target} data-mono={headline().isMono ? '' : undefined} data-tooltip-clipped="">
            {headline().target}
          </span>
        </Show>
        <Show when={headline().note !== ''}>
          <span class={styles.note}>{headline().note}</span>
        </Show>
        <Show when={stats().added + stats().removed > 0}>
          <DiffStats added={stats().added} removed={stats().removed} />
        </Show>
        <span class={styles.spacer} />
        <ToolStatusIcon tool={props.tool} />
        <ChevronRightIcon size={14} class={styles.chevron} />
      </button>
      <Switch>
        <Match when={props.tool.kind === 'execute'}>
          <CommandBody itemId={props.itemId} tool={props.tool} isExpanded={isExpanded()} />
        </Match>
        <Match when={!isExpanded()}>{null}</Match>
        <Match when={sources().length > 0}>
          <For each={sources()}>
            {source => <ToolDiff itemId={props.itemId} source={source} isNamed={sources().length > 1} />}
          </For>
          <Show when={props.tool.status === ToolStatus.FAILED && props.tool.output !== ''}>
            <GenericBody tool={props.tool} isOutputOnly />
          </Show>
        </Match>
        <Match when={props.tool.kind === 'read' && isDone()}>
          <ReadBody tool={props.tool} />
        </Match>
        <Match when={props.tool.kind === 'task'}>
          <TaskBody tool={props.tool} />
        </Match>
        <Match when={props.tool.kind === 'todo'}>
          <TodoList input={props.tool.input} />
        </Match>
        <Match when={true}>
          <GenericBody tool={props.tool} />
        </Match>
      </Switch>
    </div>
  )
}

function ToolDiff(props: { readonly itemId: string; readonly source: DiffSource; readonly isNamed: boolean }) {
  const { diffLayout, directories } = useAgent()
  return (
    <div class={styles.body}>
      <Show when={props.isNamed}>
        <div class={styles.fileName}>{shortPath(props.source.path, directories().workingDir, directories().homeDir)}</div>
      </Show>
      <Diff source={props.source} layout={diffLayout(props.itemId)} />
    </div>
  )
}

function diffSources(tool: ToolCall): readonly DiffSource[] {
  return tool.diffs.map(diff => {
    const line = tool.locations.find(location => location.path === diff.path)?.line
    return {
      path: diff.path,
      oldText: diff.oldText,
      newText: diff.newText,
      unified: diff.unified,
      ...(line ? { firstLine: line } : {}),
    }
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
