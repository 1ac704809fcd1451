// A drop-down list of options with a label above.
import { Select as KSelect } from '@kobalte/core/select'
import { type JSX, Show } from 'solid-js'
import { CheckIcon, ChevronDownIcon } from './icons'
import styles from './Select.module.css'

export interface SelectOption {
  readonly value: string
  readonly label: string
  /** Behind the label, muted. */
  readonly note?: string | undefined
  readonly graphic?: () => JSX.Element
  readonly code?: boolean | undefined
  readonly disabled?: boolean | undefined
}

export interface SelectProps {
  readonly label: string
  readonly hideLabel?: boolean | undefined
  readonly options: readonly SelectOption[]
  readonly value: string | undefined
  readonly onChange: (value: string) => void
  /** Shown while nothing is chosen: "No workers online". */
  readonly placeholder?: string | undefined
  readonly disabled?: boolean | undefined
  readonly actions?: JSX.Element
  readonly error?: string | undefined
}

function OptionBody(props: { readonly option: SelectOption }) {
  return (
    <>
      <Show when={props.option.graphic}>{graphic => <span class={styles.graphic}>{graphic()()}</span>}</Show>
      <span class={styles.text} data-code={props.option.code ? '' : undefined}>
        {props.option.label}
        <Show when={props.option.note}>{note => <span class={styles.muted}> {note()}</span>}</Show>
      </span>
    </>
  )
}

export function Select(props: SelectProps) {
  const chosen = (): SelectOption | null => props.options.find(option => option.value === props.value) ?? null
  return (
    <KSelect<SelectOption>
      class={styles.select}
      options={[...props.options]}
      optionValue="value"
      optionTextValue="label"
      optionDisabled={option => option.disabled === true}
      value={chosen()}
      onChange={option => option && props.onChange(option.value)}
      placeholder={props.placeholder ?? ''}
      disabled={props.disabled === true || props.options.length === 0}
      validationState={props.error === undefined ? 'valid' : 'invalid'}
      // Within a dialog, what is drawn elsewhere is hidden from assistive technology unless it is modal itself.
      modal
      gutter={4}
      sameWidth
      preventScroll={false}
      itemComponent={item => (
        <KSelect.Item item={item.item} class={styles.option}>
          <KSelect.ItemLabel class={styles.optionLabel}>
            <OptionBody option={item.item.rawValue} />
          </KSelect.ItemLabel>
          <KSelect.ItemIndicator class={styles.check}>
            <CheckIcon size={14} />
          </KSelect.ItemIndicator>
        </KSelect.Item>
      )}
    >
      <div class={props.hideLabel ? 'visually-hidden' : styles.head}>
        <KSelect.Label class={styles.label}>{props.label}</KSelect.Label>
        {props.actions}
      </div>
      <KSelect.Trigger class={styles.trigger}>
        <KSelect.Value<SelectOption> class={styles.value}>
          {state => <Show when={state.selectedOption()}>{option => <OptionBody option={option()} />}</Show>}
        </KSelect.Value>
        <KSelect.Icon class={styles.icon}>
          <ChevronDownIcon size={15} />
        </KSelect.Icon>
      </KSelect.Trigger>
      <Show when={props.error}>
        <KSelect.ErrorMessage class={styles.error}>{props.error}</KSelect.ErrorMessage>
      </Show>
      <KSelect.Portal>
        <KSelect.Content class={styles.content}>
          <KSelect.Listbox class={styles.list} />
        </KSelect.Content>
      </KSelect.Portal>
    </KSelect>
  )
}
