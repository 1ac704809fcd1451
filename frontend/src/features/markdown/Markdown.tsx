// Markdown for reading. While the text grows, only its last blocks are lexed and drawn again.
import { createMemo, For, Show } from 'solid-js'
import { createBlockSplitter } from '../../lib/markdown'
import { Block } from './Block'
import styles from './Markdown.module.css'

export function Markdown(props: { readonly text: string; readonly isOpen?: boolean }) {
  const splitter = createBlockSplitter()
  const blocks = createMemo(() => splitter.update(props.text))
  /** Ordinals are the keys: a block that grows keeps its place and its element. */
  const ordinals = createMemo<readonly number[]>(() => blocks().map((_, index) => index), [], {
    equals: (before, after) => before.length === after.length,
  })
  return (
    <div class={styles.markdown}>
      <For each={ordinals()}>
        {ordinal => {
          const block = createMemo(() => blocks()[ordinal])
          const isLast = () => props.isOpen === true && ordinal === blocks().length - 1
          return <Show when={block()}>{current => <Block token={current().token} isOpen={isLast()} />}</Show>
        }}
      </For>
    </div>
  )
}
