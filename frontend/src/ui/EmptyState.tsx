// One sentence and at most two actions where there is nothing to show.
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import styles from './EmptyState.module.css'

export function EmptyState(props: { readonly text?: string | undefined; readonly children?: JSX.Element }) {
  return (
    <div class={styles.empty}>
      <Show when={props.text}>{text => <p class={styles.text}>{text()}</p>}</Show>
      <Show when={props.children}>
        <div class={styles.actions}>{props.children}</div>
      </Show>
    </div>
  )
}
