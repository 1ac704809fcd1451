// On or off, at once.
import styles from './Switch.module.css'

export function Switch(props: {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean | undefined
}) {
  return (
    <label class={styles.row}>
      <span class={styles.label}>{props.label}</span>
      <input
        type="checkbox"
        role="switch"
        class={styles.switch}
        checked={props.checked}
        disabled={props.disabled === true}
        onChange={event => props.onChange(event.currentTarget.checked)}
      />
    </label>
  )
}
