// A permission or question that is settled: what was asked and how it was answered.
import { For, Match, Show, Switch } from 'solid-js'
import type { PermissionRequest, QuestionRequest, Resolution } from '../../../gen/leapmux/worker/v1/agent_pb'
import { CheckIcon, CircleXIcon, MinusIcon } from '../../../ui/icons'
import { Markdown } from '../../markdown'
import { strings } from '../strings'
import styles from './RequestRow.module.css'

export function PermissionRow(props: { readonly request: PermissionRequest }) {
  const outcome = () => outcomeOf(props.request.resolution)
  return (
    <div class={styles.request} data-outcome={outcome()}>
      <OutcomeIcon outcome={outcome()} />
      <div class={styles.body}>
        <p class={styles.line}>
          <span class={styles.outcome}>{outcomeText(props.request.resolution)}</span>
          <span class={styles.title}>
            {props.request.kind === 'tool' ? props.request.toolName || props.request.title : props.request.title}
          </span>
          <Show when={props.request.command !== ''}>
            <code class={styles.command}>{props.request.command.split('\n', 1)[0]}</code>
          </Show>
        </p>
        <Show when={(props.request.resolution?.feedback ?? '') !== ''}>
          <div class={styles.feedback}>
            <Markdown text={props.request.resolution?.feedback ?? ''} />
          </div>
        </Show>
      </div>
    </div>
  )
}

export function QuestionRow(props: { readonly request: QuestionRequest }) {
  const outcome = () => outcomeOf(props.request.resolution)
  const answerText = (questionId: string) => {
    const question = props.request.questions.find(candidate => candidate.id === questionId)
    const answer = props.request.resolution?.answers.find(given => given.questionId === questionId)
    const labels = question?.options.filter(option => answer?.optionIds.includes(option.id)).map(option => option.label) ?? []
    return [...labels, answer?.text ?? ''].filter(text => text !== '').join(', ')
  }
  return (
    <div class={styles.request} data-outcome={outcome()}>
      <OutcomeIcon outcome={outcome()} />
      <dl class={styles.answers}>
        <For each={props.request.questions}>
          {question => (
            <div>
              <dt class={styles.question}>{question.text}</dt>
              <dd class={styles.answer} data-empty={answerText(question.id) === '' ? '' : undefined}>
                {answerText(question.id) || strings.notAnswered}
              </dd>
            </div>
          )}
        </For>
      </dl>
    </div>
  )
}

type Outcome = 'allowed' | 'denied' | 'withdrawn'

function outcomeOf(resolution: Resolution | undefined): Outcome {
  if (resolution === undefined || resolution.withdrawn) return 'withdrawn'
  return resolution.role.startsWith('deny') ? 'denied' : 'allowed'
}

/** AGT-142: "Approved", "Rejected", "Sent feedback:"; another option by its own name. */
function outcomeText(resolution: Resolution | undefined): string {
  const outcome = outcomeOf(resolution)
  if (outcome === 'withdrawn') return strings.withdrawn
  if (outcome === 'denied') return resolution?.feedback ? strings.sentFeedback : strings.rejected
  const isPlain = resolution?.role === 'allow_once' || resolution?.role === 'allow_always' || resolution?.role === 'allow_session'
  return isPlain ? strings.approved : resolution?.optionLabel || strings.approved
}

function OutcomeIcon(props: { readonly outcome: Outcome }) {
  return (
    <Switch>
      <Match when={props.outcome === 'allowed'}>
        <CheckIcon size={14} class={styles.allowed} />
      </Match>
      <Match when={props.outcome === 'denied'}>
        <CircleXIcon size={14} class={styles.denied} />
      </Match>
      <Match when={props.outcome === 'withdrawn'}>
        <MinusIcon size={14} class={styles.withdrawn} />
      </Match>
    </Switch>
  )
}
