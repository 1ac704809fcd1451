// There is nothing at this address, or nothing this user may open.
import { A } from '@solidjs/router'
import { Dynamic } from 'solid-js/web'
import styles from './NotFound.module.css'

export function NotFound(props: {
  readonly text?: string
  /** It is the whole page, not a part of the frame. */
  readonly alone?: boolean
}) {
  return (
    <Dynamic component={props.alone ? 'main' : 'div'} class={styles.page}>
      <h2 class={styles.heading}>Not Found</h2>
      <p class={styles.text}>{props.text ?? 'There is nothing at this address.'}</p>
      <A href="/" class={styles.link}>
        Go to dashboard
      </A>
    </Dynamic>
  )
}
