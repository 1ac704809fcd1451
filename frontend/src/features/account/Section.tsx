// One part of the profile: a heading, fields, what came of the last change, and the button that makes it.
import { type JSX, onMount, Show } from 'solid-js'
import { Button, ErrorPanel } from '../../ui'
import { CheckIcon } from '../../ui/icons'
import styles from './Section.module.css'

export function Section(props: {
  readonly heading: string
  readonly children: JSX.Element
  readonly failure?: string | undefined
  /** "Profile updated." */
  readonly success?: string | undefined
  readonly button: string
  readonly busyButton: string
  readonly busy: boolean
  readonly disabled: boolean
  readonly onSubmit: () => void
  /** Its first field gets the focus. */
  readonly takesFocus?: boolean
}) {
  let form: HTMLFormElement | undefined
  onMount(() => {
    if (props.takesFocus) form?.querySelector('input')?.focus()
  })
  return (
    <form
      ref={form}
      class={styles.section}
      aria-label={props.heading}
      novalidate
      onSubmit={event => {
        event.preventDefault()
        if (!props.busy && !props.disabled) props.onSubmit()
      }}
    >
      <h3 class={styles.heading}>{props.heading}</h3>
      {props.children}
      <Show when={props.failure}>{failure => <ErrorPanel inline title={failure()} />}</Show>
      <div class={styles.actions}>
        <p class={styles.success} role="status">
          <Show when={props.success}>
            <CheckIcon size={15} />
            {props.success}
          </Show>
        </p>
        <Button type="submit" busy={props.busy} busyLabel={props.busyButton} disabled={props.disabled}>
          {props.button}
        </Button>
      </div>
    </form>
  )
}
