// A native check box with our looks.
import { createUniqueId, type JSX, Show } from 'solid-js'
import styles from './Checkbox.module.css'

export interface CheckboxProps {
  readonly label: JSX.Element
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean | undefined
  readonly hint?: string | undefined
}

export function Checkbox(props: CheckboxProps) {
  const hintId = createUniqueId()
  return (
    <label class={styles.row}>
      <input
        type="checkbox"
        class={styles.box}
        checked={props.checked}
        disabled={props.disabled === true}
        aria-describedby={props.hint === undefined ? undefined : hintId}
        onChange={event => props.onChange(event.currentTarget.checked)}
      />
      <span class={styles.text}>
        {props.label}
        <Show when={props.hint}>
          <span id={hintId} class={styles.hint}>
            {props.hint}
          </span>
        </Show>
      </span>
    </label>
  )
}
