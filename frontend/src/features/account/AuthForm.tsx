// A form of the pages outside: fields, what went wrong, one wide button.
import { type JSX, onMount, Show } from 'solid-js'
import { Button, ErrorPanel } from '../../ui'
import styles from './AuthForm.module.css'

export function AuthForm(props: {
  /** Says what the form is: its accessible name. */
  readonly label: string
  readonly failure: string | undefined
  readonly busy: boolean
  readonly disabled: boolean
  readonly button: string
  readonly busyButton: string
  readonly onSubmit: (form: HTMLFormElement) => void
  readonly children: JSX.Element
}) {
  let form: HTMLFormElement | undefined
  onMount(() => {
    // On a phone the keyboard would cover half the page.
    if (matchMedia('(pointer: fine)').matches) form?.querySelector('input')?.focus()
  })
  return (
    // Were there no script to stop it, what was typed must not end up in an address.
    <form
      ref={form}
      class={styles.form}
      method="post"
      aria-label={props.label}
      novalidate
      onSubmit={event => {
        event.preventDefault()
        if (!props.busy) props.onSubmit(event.currentTarget)
      }}
    >
      {props.children}
      <Show when={props.failure}>{failure => <ErrorPanel inline title={failure()} />}</Show>
      <div class={styles.action}>
        <Button
          type="submit"
          variant="primary"
          size="lg"
          busy={props.busy}
          busyLabel={props.busyButton}
          disabled={props.disabled}
        >
          {props.button}
        </Button>
      </div>
    </form>
  )
}
