// A turning ring for buttons and status lines; with reduced motion it stands still.
import styles from './Spinner.module.css'

/** An empty `label` hides it from assistive technology: the text beside it says what is going on. */
export function Spinner(props: { readonly size?: number; readonly label?: string }) {
  return (
    <span
      class={styles.spinner}
      style={{ '--spinner-size': `${props.size ?? 16}px` }}
      role={props.label === '' ? undefined : 'status'}
      aria-label={props.label === '' ? undefined : (props.label ?? 'Loading...')}
      aria-hidden={props.label === '' ? 'true' : undefined}
    />
  )
}
