// A list of options of which one is chosen, as native radio buttons.
import { createUniqueId, For, Show } from 'solid-js'
import styles from './RadioGroup.module.css'

export interface RadioOption<T extends string = string> {
  readonly value: T
  readonly label: string
  readonly hint?: string | undefined
  readonly disabled?: boolean | undefined
}

export interface RadioGroupProps<T extends string> {
  readonly label: string
  readonly hideLabel?: boolean | undefined
  readonly options: readonly RadioOption<T>[]
  readonly value: T | undefined
  readonly onChange: (value: T) => void
  readonly disabled?: boolean | undefined
}

export function RadioGroup<T extends string>(props: RadioGroupProps<T>) {
  const name = createUniqueId()
  return (
    <fieldset class={styles.group} disabled={props.disabled === true}>
      <legend class={props.hideLabel ? 'visually-hidden' : styles.legend}>{props.label}</legend>
      <For each={props.options}>
        {option => (
          <label class={styles.row}>
            <input
              type="radio"
              class={styles.radio}
              name={name}
              value={option.value}
              checked={option.value === props.value}
              disabled={option.disabled === true}
              onChange={() => props.onChange(option.value)}
            />
            <span class={styles.text}>
              {option.label}
              <Show when={option.hint}>{hint => <span class={styles.hint}>{hint()}</span>}</Show>
            </span>
          </label>
        )}
      </For>
    </fieldset>
  )
}
