// The rows in which a selection starts and ends.
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'

export function createSelectedRows(container: Accessor<HTMLElement | undefined>): Accessor<readonly string[]> {
  const [keys, setKeys] = createSignal<readonly string[]>([], {
    equals: (before, after) => before.length === after.length && before.every((key, index) => key === after[index]),
  })
  createEffect(() => {
    const element = container()
    if (element === undefined) return
    const read = () => {
      const selection = document.getSelection()
      const ends = selection === null || selection.isCollapsed ? [] : [selection.anchorNode, selection.focusNode]
      setKeys(ends.flatMap(node => rowKey(node, element) ?? []))
    }
    document.addEventListener('selectionchange', read)
    onCleanup(() => document.removeEventListener('selectionchange', read))
  })
  return keys
}

function rowKey(node: Node | null, container: HTMLElement): string | undefined {
  const element = node instanceof Element ? node : node?.parentElement
  const row = element?.closest<HTMLElement>('[data-key]')
  return row !== undefined && row !== null && container.contains(row) ? row.dataset.key : undefined
}
