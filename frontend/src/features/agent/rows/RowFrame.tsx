// What every row has: its place in the column, the line of its sub-agent, its toolbar, and a net for failures.
import { ErrorBoundary, type JSX, Show } from 'solid-js'
import type { Item } from '../../../gen/leapmux/worker/v1/agent_pb'
import { useAgent } from '../agent-context'
import { strings } from '../strings'
import styles from './Row.module.css'
import { type RowAction, RowToolbar } from './RowToolbar'

export interface RowFrameProps {
  readonly item: Item | undefined
  readonly depth: number
  readonly scopeChanged?: string | undefined
  /** Little room below: rows that belong together. */
  readonly isTight?: boolean | undefined
  readonly label?: string | undefined
  /** Row kind, for tests and styles. */
  readonly kind: string
  readonly actions?: readonly RowAction[] | undefined
  readonly hasToolbar?: boolean | undefined
  readonly children: JSX.Element
}

const HUES = 3

export function RowFrame(props: RowFrameProps) {
  const { store } = useAgent()
  const scopeName = () => {
    const body = props.scopeChanged === undefined ? undefined : store.item(props.scopeChanged)?.body
    return body?.case === 'tool' ? body.value.title : undefined
  }
  return (
    <div
      class={styles.frame}
      data-row={props.kind}
      data-tight={props.isTight ? '' : undefined}
      role={props.label === undefined ? undefined : 'article'}
      aria-label={props.label}
    >
      <div
        class={props.depth > 0 ? styles.nested : undefined}
        data-hue={props.depth > 0 ? props.depth % HUES : undefined}
        style={props.depth > 0 ? { '--depth': props.depth } : undefined}
      >
        <Show when={scopeName()}>{name => <div class={styles.scope}>{strings.subAgent(name())}</div>}</Show>
        <ErrorBoundary fallback={() => <BrokenRow item={props.item} />}>{props.children}</ErrorBoundary>
      </div>
      <Show when={props.hasToolbar !== false && props.item}>
        {item => <RowToolbar item={item()} actions={props.actions ?? []} />}
      </Show>
    </div>
  )
}

/** A row that cannot be drawn says so and shows what it holds; the list goes on. */
export function BrokenRow(props: { readonly item: Item | undefined }) {
  const raw = () => JSON.stringify(props.item, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2)
  return (
    <div>
      <p class={styles.broken}>{strings.broken}</p>
      <pre class={styles.raw}>{raw()}</pre>
    </div>
  )
}
