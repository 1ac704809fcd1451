// The options of one question: radio buttons, or check boxes where several may be chosen.
import { createUniqueId, For, Show } from 'solid-js'
import type { Question, QuestionOption } from '../../gen/leapmux/worker/v1/agent_pb'
import styles from './QuestionOptions.module.css'

export function QuestionOptions(props: {
  readonly question: Question
  readonly options: readonly QuestionOption[]
  readonly chosen: readonly string[]
  readonly isBlocked: boolean
  /** `isFinal`: pointed at, not reached with the arrow keys. */
  readonly onSelect: (optionId: string, isFinal: boolean) => void
}) {
  const name = createUniqueId()
  let isPointer = false
  return (
    <fieldset
      class={styles.group}
      disabled={props.isBlocked}
      onPointerDown={() => (isPointer = true)}
      onKeyDown={() => (isPointer = false)}
    >
      <legend class={styles.legend}>
        <Show when={props.question.header !== ''}>
          <span class={styles.header}>{props.question.header}</span>
        </Show>
        {props.question.text}
      </legend>
      <For each={props.options}>
        {option => (
          <label class={styles.option}>
            <input
              type={props.question.multi ? 'checkbox' : 'radio'}
              class={styles.input}
              name={name}
              checked={props.chosen.includes(option.id)}
              onChange={() => props.onSelect(option.id, isPointer)}
            />
            <span class={styles.text}>
              {option.label}
              <Show when={option.description !== ''}>
                <span class={styles.description}>{option.description}</span>
              </Show>
            </span>
          </label>
        )}
      </For>
    </fieldset>
  )
}
