// `+12 −3`: what a change adds and removes.
import { Show } from 'solid-js'
import styles from './Diff.module.css'
import { strings } from './strings'

export function DiffStats(props: { readonly added: number; readonly removed: number }) {
  return (
    <span class={styles.stats}>
      <Show when={props.added > 0}>
        <span class={styles.added}>
          <span aria-hidden="true">+{props.added}</span>
          <span class="visually-hidden">{strings.added(props.added)}</span>
        </span>
      </Show>
      <Show when={props.removed > 0}>
        <span class={styles.removed}>
          <span aria-hidden="true">−{props.removed}</span>
          <span class="visually-hidden">{strings.removed(props.removed)}</span>
        </span>
      </Show>
    </span>
  )
}
