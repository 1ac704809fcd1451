// A few short options side by side; native radio buttons below.
import { createUniqueId, For } from 'solid-js'
import styles from './SegmentedControl.module.css'

export interface SegmentedControlProps<T extends string> {
  /** Accessible name. */
  readonly label: string
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly value: T
  readonly onChange: (value: T) => void
}

export function SegmentedControl<T extends string>(props: SegmentedControlProps<T>) {
  const name = createUniqueId()
  return (
    <div class={styles.control} role="radiogroup" aria-label={props.label}>
      <For each={props.options}>
        {option => (
          <label class={styles.segment}>
            <input
              type="radio"
              class="visually-hidden"
              name={name}
              value={option.value}
              checked={option.value === props.value}
              onChange={() => props.onChange(option.value)}
            />
            {option.label}
          </label>
        )}
      </For>
    </div>
  )
}
