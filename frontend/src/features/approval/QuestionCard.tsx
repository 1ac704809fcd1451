// Questions of the agent, one at a time: options, words of one's own in the composer, and ways out.
import { createEffect, createSignal, For, on, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { Question } from '../../gen/leapmux/worker/v1/agent_pb'
import { Button } from '../../ui'
import styles from './ApprovalBanner.module.css'
import type { ApprovalStore } from './approval-store'
import { QuestionOptions } from './QuestionOptions'
import { strings } from './strings'

export function QuestionCard(props: { readonly approval: ApprovalStore; readonly editable: boolean }) {
  const { drafts } = useServices()
  const questions = () => props.approval.question()?.questions ?? []
  const isBlocked = () => !props.editable || props.approval.isSending()
  const role = () => props.approval.composerRole()
  // The composer's text is this question's own answer.
  createEffect(
    on(
      () => drafts.draft(role()?.draftId ?? '').text(),
      text => props.approval.write(text),
      { defer: true },
    ),
  )

  return (
    <>
      <Show when={questions().length > 1}>
        <nav class={styles.dots} aria-label={strings.position(props.approval.index() + 1, questions().length)}>
          <span class={styles.position}>{strings.position(props.approval.index() + 1, questions().length)}</span>
          <For each={questions()}>
            {(question, index) => (
              <button
                type="button"
                class={styles.dot}
                aria-label={strings.goTo(index() + 1)}
                aria-current={index() === props.approval.index() ? 'step' : undefined}
                data-answered={props.approval.isAnswered(question.id) ? '' : undefined}
                onClick={() => props.approval.setIndex(index())}
              />
            )}
          </For>
        </nav>
      </Show>
      <Show when={props.approval.current()} keyed>
        {question => <QuestionBody approval={props.approval} question={question} isBlocked={isBlocked()} />}
      </Show>
      <div class={styles.actions}>
        <Button disabled={isBlocked()} onClick={() => void props.approval.stop()}>
          {strings.stop}
        </Button>
        <span class={styles.spacer} />
        <Button variant="quiet" disabled={isBlocked()} data-tooltip={strings.yoloHint} onClick={() => void props.approval.yolo()}>
          {strings.yolo}
        </Button>
        <Button
          variant="primary"
          disabled={!props.editable || !props.approval.isComplete()}
          busy={props.approval.isSending()}
          onClick={() => void props.approval.submit()}
        >
          {strings.submit}
        </Button>
      </div>
    </>
  )
}

/** Options beyond this many are folded. */
const SHOWN_OPTIONS = 6

function QuestionBody(props: { readonly approval: ApprovalStore; readonly question: Question; readonly isBlocked: boolean }) {
  const [isWhole, setWhole] = createSignal(false)
  const shown = () => (isWhole() ? props.question.options : props.question.options.slice(0, SHOWN_OPTIONS))
  const hidden = () => props.question.options.length - shown().length
  return (
    <div class={styles.question}>
      <QuestionOptions
        question={props.question}
        options={shown()}
        chosen={props.approval.choice().optionIds}
        isBlocked={props.isBlocked}
        onSelect={(id, isFinal) => props.approval.select(id, isFinal)}
      />
      <Show when={hidden() > 0}>
        <div>
          <Button size="xs" variant="quiet" onClick={() => setWhole(true)}>
            {strings.moreOptions(hidden())}
          </Button>
        </div>
      </Show>
    </div>
  )
}
