// A tree view: roving tab stop, arrow keys, type-ahead. Rows are drawn by the caller.
import { type Accessor, createEffect, createMemo, createSignal, For, type JSX, on, Show, untrack } from 'solid-js'
import { ChevronRightIcon } from './icons'
import { Present } from './Present'
import { revealInScroller } from './scroll'
import styles from './Tree.module.css'
import { type TreeNode, type TreeRow, treeMove, treeRows, typeAhead } from './tree-model'

export type { TreeNode } from './tree-model'

export interface TreeProps<N extends TreeNode> {
  /** Accessible name. */
  readonly label: string
  readonly nodes: readonly N[]
  readonly isExpanded: (id: string) => boolean
  readonly onToggle: (id: string) => void
  readonly selected?: string | undefined
  readonly onSelect: (id: string) => void
  /** What stands after the chevron, drawn once per row; the label by default. */
  readonly renderRow?: (node: Accessor<N>, row: Accessor<TreeRow<N>>) => JSX.Element
  /** Enter or double click; selecting is enough otherwise. */
  readonly onActivate?: ((id: string) => void) | undefined
}

const TYPE_AHEAD_MS = 700

export function Tree<N extends TreeNode>(props: TreeProps<N>) {
  const rows = createMemo(() => treeRows(props.nodes, props.isExpanded))
  const byId = createMemo(() => new Map(rows().map(row => [row.id, row])))
  const ids = createMemo(() => rows().map(row => row.id))
  const [focused, setFocused] = createSignal<string>()
  /** The one row in the tab order. */
  const tabStop = createMemo(() => {
    const known = byId()
    return [focused(), props.selected].find(id => id !== undefined && known.has(id)) ?? ids()[0]
  })
  let root: HTMLDivElement | undefined
  let typed = ''
  let typedAt = 0

  const element = (id: string): HTMLElement | null | undefined =>
    root?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)

  function focus(id: string): void {
    setFocused(id)
    element(id)?.focus()
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== element(focused() ?? '') || event.altKey || event.ctrlKey || event.metaKey) return
    const current = focused()
    if (current !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      props.onSelect(current)
      if (event.key === 'Enter') props.onActivate?.(current)
      return
    }
    const move = treeMove(rows(), current, event.key)
    if (move) {
      event.preventDefault()
      if ('focus' in move) focus(move.focus)
      else props.onToggle(move.toggle)
      return
    }
    if (event.key.length === 1 && event.key !== ' ') {
      typed = event.timeStamp - typedAt > TYPE_AHEAD_MS ? event.key : typed + event.key
      typedAt = event.timeStamp
      const found = typeAhead(rows(), current, typed)
      if (found !== undefined) focus(found)
    }
  }

  createEffect(
    on(
      () => props.selected,
      id => {
        if (id === undefined) return
        queueMicrotask(() => {
          const row = element(id)
          if (row) revealInScroller(row)
        })
      },
    ),
  )

  return (
    <div
      class={styles.tree}
      role="tree"
      aria-label={props.label}
      ref={node => {
        root = node
      }}
      onKeyDown={onKeyDown}
    >
      <For each={ids()}>
        {id => (
          <Present value={byId().get(id)}>
            {row => (
              <div
                class={styles.row}
                role="treeitem"
                data-row={id}
                data-selected={props.selected === id ? '' : undefined}
                aria-level={row().level}
                aria-posinset={row().position}
                aria-setsize={row().setSize}
                aria-expanded={row().isBranch ? row().isExpanded : undefined}
                aria-selected={props.selected === id}
                tabindex={tabStop() === id ? 0 : -1}
                style={{ '--tree-level': row().level - 1 }}
                onFocus={() => setFocused(id)}
                onClick={() => props.onSelect(id)}
                onDblClick={() => props.onActivate?.(id)}
              >
                <span
                  class={styles.chevron}
                  data-expanded={row().isExpanded ? '' : undefined}
                  onClick={event => {
                    if (!row().isBranch) return
                    event.stopPropagation()
                    props.onToggle(id)
                  }}
                >
                  <Show when={row().isBranch}>
                    <ChevronRightIcon size={14} />
                  </Show>
                </span>
                <span class={styles.content}>
                  {props.renderRow ? untrack(() => props.renderRow?.(() => row().node, row)) : row().node.label}
                </span>
              </div>
            )}
          </Present>
        )}
      </For>
    </div>
  )
}
