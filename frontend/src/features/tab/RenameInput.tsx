// A title being edited in place: Enter or leaving commits, Escape does not; empty and unchanged are ignored.
import { onMount } from 'solid-js'
import styles from './RenameInput.module.css'
import { cleanTitle } from './tab-status'

export function RenameInput(props: {
  readonly label: string
  readonly value: string
  /** Called once with the new title, or undefined when nothing changes. */
  readonly onDone: (title: string | undefined) => void
}) {
  let input!: HTMLInputElement
  let isDone = false

  function done(title: string | undefined): void {
    if (isDone) return
    isDone = true
    props.onDone(title)
  }
  function commit(): void {
    const cleaned = cleanTitle(input.value)
    done('title' in cleaned && cleaned.title !== props.value ? cleaned.title : undefined)
  }
  onMount(() => {
    input.focus()
    input.select()
  })

  return (
    <input
      ref={input}
      class={styles.input}
      aria-label={props.label}
      value={props.value}
      maxlength={128}
      spellcheck={false}
      onBlur={commit}
      onClick={event => event.stopPropagation()}
      onDblClick={event => event.stopPropagation()}
      onPointerDown={event => event.stopPropagation()}
      onKeyDown={event => {
        event.stopPropagation()
        if (event.isComposing) return
        if (event.key === 'Enter') commit()
        else if (event.key === 'Escape') done(undefined)
        else return
        event.preventDefault()
      }}
    />
  )
}
