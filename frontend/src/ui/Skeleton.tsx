// Bars in the shape of what is loading; nothing at all for the first 150 ms.
import { For } from 'solid-js'
import styles from './Skeleton.module.css'

/** `widths`: one bar per entry, CSS lengths or percentages. */
export function Skeleton(props: { readonly widths: readonly string[]; readonly label?: string }) {
  return (
    <div class={styles.skeleton} role="status" aria-label={props.label ?? 'Loading...'}>
      <For each={props.widths}>{width => <div class={styles.bar} style={{ width }} />}</For>
    </div>
  )
}
