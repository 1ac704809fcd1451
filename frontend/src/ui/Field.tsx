// A label above, a control, a hint below; an error takes the hint's place and is tied to the control.
import { createUniqueId, type JSX, Show, splitProps } from 'solid-js'
import styles from './Field.module.css'
import { CircleAlertIcon } from './icons'

export interface FieldControl {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': 'true' | undefined
}

export interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  /** Beside the label, at the end of its line. */
  readonly actions?: JSX.Element
  /** Draws the control with these attributes on it. */
  readonly children: (control: FieldControl) => JSX.Element
}

export function Field(props: FieldProps) {
  const id = createUniqueId()
  const noteId = `${id}-note`
  const note = (): string | undefined => props.error ?? props.hint
  return (
    <div class={styles.field}>
      <div class={styles.head}>
        <label class={styles.label} for={id}>
          {props.label}
        </label>
        {props.actions}
      </div>
      {props.children({
        id,
        get 'aria-describedby'() {
          return note() === undefined ? undefined : noteId
        },
        get 'aria-invalid'() {
          return props.error === undefined ? undefined : ('true' as const)
        },
      })}
      <Show when={note()}>
        {text => (
          <p id={noteId} class={styles.note} data-error={props.error === undefined ? undefined : ''}>
            <Show when={props.error !== undefined}>
              <CircleAlertIcon size={14} />
            </Show>
            {text()}
          </p>
        )}
      </Show>
    </div>
  )
}

export interface TextFieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'class' | 'onInput' | 'id'> {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly value: string
  readonly onInput: (value: string) => void
  readonly actions?: JSX.Element
  readonly mono?: boolean | undefined
}

/** A single line of text. */
export function TextField(props: TextFieldProps) {
  const [own, rest] = splitProps(props, ['label', 'hint', 'error', 'actions', 'onInput', 'mono'])
  return (
    <Field label={own.label} hint={own.hint} error={own.error} actions={own.actions}>
      {control => (
        <input
          autocomplete="off"
          spellcheck={false}
          {...rest}
          {...control}
          class={styles.input}
          data-mono={own.mono ? '' : undefined}
          onInput={event => own.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
