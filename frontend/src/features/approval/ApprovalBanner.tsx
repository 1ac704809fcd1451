// The request above the composer. It never takes the focus: whoever is typing keeps typing.
import { Match, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import { IconButton } from '../../ui'
import { BracesIcon } from '../../ui/icons'
import type { AgentStore } from '../agent/agent-store'
import styles from './ApprovalBanner.module.css'
import type { ApprovalStore } from './approval-store'
import { PermissionCard } from './PermissionCard'
import { PlanCard } from './PlanCard'
import { QuestionCard } from './QuestionCard'
import { strings } from './strings'

export interface ApprovalBannerProps {
  readonly approval: ApprovalStore
  readonly store: AgentStore
  readonly workerId: string
  readonly provider: string
  readonly editable: boolean
}

export function ApprovalBanner(props: ApprovalBannerProps) {
  const services = useServices()
  const bypass = () => {
    const known = services.workerDirectory.provider(props.workerId, props.provider)
    const isOn = known !== undefined && props.store.option(known.bypassOption) === known.bypassValue
    return known !== undefined && known.bypassOption !== '' && !isOn
  }
  const title = () => {
    const permission = props.approval.permission()
    if (permission === undefined) return strings.question
    return permission.title || (permission.kind === 'plan' ? strings.planReview : strings.permission)
  }
  /** Some agents call a request by its path or command alone: that does not say that they ask. */
  const needsKicker = () => {
    const permission = props.approval.permission()
    return permission !== undefined && permission.kind !== 'plan' && !/permission/i.test(title())
  }
  async function copyRaw(): Promise<void> {
    const lines = await props.store.rawLines(props.approval.request()?.itemId ?? '')
    await navigator.clipboard.writeText(lines.join('\n'))
  }
  const onCopy = () => void copyRaw().catch(() => services.toasts.show({ kind: 'danger', text: strings.copyFailed }))

  return (
    <Show when={props.approval.request()?.itemId} keyed>
      {_id => (
        <section class={styles.banner} aria-label={title()} data-testid="request">
          <header class={styles.header}>
            <div class={styles.heading}>
              <Show when={needsKicker()}>
                <p class={styles.kicker}>{strings.permission}</p>
              </Show>
              <h3 class={styles.title}>{title()}</h3>
            </div>
            <Show when={props.approval.waiting() > 1}>
              <span class={styles.count} aria-label={strings.waitingLabel(props.approval.waiting())}>
                {strings.waiting(1, props.approval.waiting())}
              </span>
            </Show>
            <IconButton size="xs" iconSize={14} icon={BracesIcon} label={strings.copyRaw} onClick={onCopy} />
          </header>
          <Switch>
            <Match when={props.approval.question()}>
              <QuestionCard approval={props.approval} editable={props.editable} />
            </Match>
            <Match when={props.approval.permission()?.kind === 'plan' && props.approval.permission()}>
              {request => (
                <PlanCard
                  approval={props.approval}
                  request={request()}
                  canBypass={bypass()}
                  store={props.store}
                  editable={props.editable}
                />
              )}
            </Match>
            <Match when={props.approval.permission()}>
              {request => (
                <PermissionCard approval={props.approval} request={request()} canBypass={bypass()} editable={props.editable} />
              )}
            </Match>
          </Switch>
          <Show when={!props.editable}>
            <p class={styles.hint}>{strings.readOnly}</p>
          </Show>
        </section>
      )}
    </Show>
  )
}
