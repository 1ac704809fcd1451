// A plan to approve or send back, with two switches that go with the approval.
import { createMemo, createSignal, For, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { PermissionRequest } from '../../gen/leapmux/worker/v1/agent_pb'
import { Button, Switch } from '../../ui'
import type { AgentStore } from '../agent/agent-store'
import { contextPercent } from '../agent/usage'
import { Markdown } from '../markdown'
import styles from './ApprovalBanner.module.css'
import type { ApprovalStore } from './approval-store'
import { byTool, permissionChoices } from './model'
import { strings } from './strings'

export function PlanCard(props: {
  readonly approval: ApprovalStore
  readonly request: PermissionRequest
  readonly canBypass: boolean
  readonly store: AgentStore
  readonly editable: boolean
}) {
  const { drafts } = useServices()
  const choices = createMemo(() => permissionChoices(props.request))
  const requested = createMemo(() => byTool(props.request.requestedPermissions))
  const [clearContext, setClearContext] = createSignal(false)
  const [bypass, setBypass] = createSignal(false)
  const draftId = () => props.approval.request()?.itemId ?? ''
  const feedback = () => (props.request.acceptsFeedback ? drafts.draft(draftId()).text().trim() : '')
  const isBlocked = () => !props.editable || props.approval.isSending()
  const approve = (optionId: string) => void props.approval.allow(optionId, { bypass: bypass(), clearContext: clearContext() })

  return (
    <>
      <Show when={props.request.plan !== ''}>
        <div class={styles.plan} tabindex="0" role="group" aria-label={strings.planReview}>
          <Markdown text={props.request.plan} />
        </div>
      </Show>
      <Show when={props.request.description !== ''}>
        <p class={styles.text}>{props.request.description}</p>
      </Show>
      <Show when={requested().length > 0}>
        <div>
          <p class={styles.text}>{strings.requestedPermissions}</p>
          <dl class={styles.requested}>
            <For each={requested()}>
              {group => (
                <>
                  <dt>{group.tool}</dt>
                  <For each={group.texts}>{text => <dd>{text}</dd>}</For>
                </>
              )}
            </For>
          </dl>
        </div>
      </Show>
      <div class={styles.switches}>
        <Switch
          label={strings.clearContext(contextPercent(props.store.status()?.usage))}
          checked={clearContext()}
          onChange={setClearContext}
          disabled={isBlocked()}
        />
        <Show when={props.canBypass}>
          <Switch label={strings.bypassPermissions} checked={bypass()} onChange={setBypass} disabled={isBlocked()} />
        </Show>
      </div>
      <div class={styles.actions}>
        <Show when={choices().deny}>
          {option => (
            <Button disabled={isBlocked()} onClick={() => void props.approval.reject(feedback())}>
              {feedback() === '' ? option().label || strings.reject : strings.sendFeedback}
            </Button>
          )}
        </Show>
        <span class={styles.spacer} />
        <For each={choices().others}>
          {option => (
            <Button disabled={isBlocked()} onClick={() => approve(option.id)}>
              {option.label}
            </Button>
          )}
        </For>
        <Show when={choices().allow}>
          {option => (
            <Button
              variant="primary"
              disabled={!props.editable}
              busy={props.approval.isSending()}
              onClick={() => approve(option().id)}
            >
              {option().label || strings.approve}
            </Button>
          )}
        </Show>
      </div>
    </>
  )
}
