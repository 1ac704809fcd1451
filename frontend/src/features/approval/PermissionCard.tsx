// May the agent do this? What it wants to run or change, and the answers it offers.
import { createMemo, createSignal, For, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { PermissionRequest } from '../../gen/leapmux/worker/v1/agent_pb'
import { Button } from '../../ui'
import { Diff } from '../diff'
import styles from './ApprovalBanner.module.css'
import type { ApprovalStore } from './approval-store'
import { permissionChoices } from './model'
import { strings } from './strings'

/** A longer command is folded. */
const COMMAND_LINES = 6

export function PermissionCard(props: {
  readonly approval: ApprovalStore
  readonly request: PermissionRequest
  readonly canBypass: boolean
  readonly editable: boolean
}) {
  const { drafts } = useServices()
  const choices = createMemo(() => permissionChoices(props.request))
  const [isOpen, setOpen] = createSignal(false)
  const lines = () => props.request.command.split('\n')
  const command = () => (isOpen() ? props.request.command : lines().slice(0, COMMAND_LINES).join('\n'))
  const feedback = () =>
    props.request.acceptsFeedback
      ? drafts
          .draft(props.approval.request()?.itemId ?? '')
          .text()
          .trim()
      : ''
  const isBlocked = () => !props.editable || props.approval.isSending()
  const otherAllows = () => choices().others.filter(option => !option.role.startsWith('deny'))
  /** Some agents describe a command by the command. */
  const explanation = () =>
    [props.request.reason, props.request.description].find(text => text !== '' && text !== props.request.command)
  const hasFacts = () => props.request.command !== '' || props.request.diffs.length > 0

  return (
    <>
      <Show when={explanation()}>{text => <p class={styles.text}>{text()}</p>}</Show>
      <Show when={props.request.command !== ''}>
        <pre class={styles.payload} tabindex="0" role="group" aria-label={strings.input}>
          {command()}
        </pre>
        <Show when={!isOpen() && lines().length > COMMAND_LINES}>
          <div>
            <Button size="xs" variant="quiet" onClick={() => setOpen(true)}>
              {strings.showMore}
            </Button>
          </div>
        </Show>
      </Show>
      <For each={props.request.diffs}>
        {diff => (
          <div class={styles.diff}>
            <div class={styles.path}>{diff.path}</div>
            <Diff
              layout="unified"
              source={{ path: diff.path, oldText: diff.oldText, newText: diff.newText, unified: diff.unified }}
            />
          </div>
        )}
      </For>
      <Show when={!hasFacts() && props.request.paths.length > 0}>
        <For each={props.request.paths}>{path => <div class={styles.path}>{path}</div>}</For>
      </Show>
      <Show when={!hasFacts() && props.request.input !== '' && props.request.input !== '{}'}>
        <details class={styles.details}>
          <summary class={styles.summary}>{strings.showInput}</summary>
          <pre class={styles.payload} tabindex="0" role="group" aria-label={strings.input}>
            {pretty(props.request.input)}
          </pre>
        </details>
      </Show>
      <Show when={otherAllows().length > 0}>
        <div class={styles.actions} role="group" aria-label={strings.otherWays}>
          <For each={otherAllows()}>
            {option => (
              <Button size="sm" disabled={isBlocked()} onClick={() => void props.approval.allow(option.id)}>
                {option.label}
              </Button>
            )}
          </For>
        </div>
      </Show>
      <div class={styles.actions}>
        <Show when={choices().deny}>
          {option => (
            <Button disabled={isBlocked()} onClick={() => void props.approval.reject(feedback())}>
              {feedback() === '' ? option().label || strings.reject : strings.sendFeedback}
            </Button>
          )}
        </Show>
        <For each={choices().others.filter(option => option.role.startsWith('deny'))}>
          {option => (
            <Button variant="quiet" disabled={isBlocked()} onClick={() => void props.approval.allow(option.id)}>
              {option.label}
            </Button>
          )}
        </For>
        <span class={styles.spacer} />
        <Show when={props.canBypass && choices().allow}>
          {option => (
            <Button
              variant="quiet"
              disabled={isBlocked()}
              data-tooltip={strings.bypassHint}
              onClick={() => void props.approval.allow(option().id, { bypass: true })}
            >
              {strings.bypass}
            </Button>
          )}
        </Show>
        <Show when={choices().allow}>
          {option => (
            <Button
              variant="primary"
              disabled={!props.editable}
              busy={props.approval.isSending()}
              onClick={() => void props.approval.allow(option().id)}
            >
              {option().label || strings.allow}
            </Button>
          )}
        </Show>
      </div>
    </>
  )
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
