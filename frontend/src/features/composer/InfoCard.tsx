// How full the context is, at a glance and in a card with everything else about the agent.
import { createMemo, For, Show } from 'solid-js'
import { useServices } from '../../app/services'
import { RateLimitStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import { createNow } from '../../platform/browser'
import { IconButton, Popover } from '../../ui'
import { CopyIcon } from '../../ui/icons'
import type { AgentStore } from '../agent/agent-store'
import { formatCount } from '../agent/format'
import { limitLabel, limitText, timeLeft, urgentLimit } from '../agent/rate-limits'
import { contextPercent, usageLevel } from '../agent/usage'
import { workerLabel } from '../worker/worker-directory'
import styles from './InfoCard.module.css'
import { strings } from './strings'

const CELLS = 9
/** Countdowns are in minutes. */
const COUNT_EVERY_MS = 20_000
const MONEY = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumFractionDigits: 2 })

interface Row {
  readonly label: string
  readonly value: string
  readonly canCopy?: boolean
}

export function InfoCard(props: { readonly store: AgentStore; readonly workerId: string; readonly providerLabel: string }) {
  const { workerDirectory, toasts } = useServices()
  const status = () => props.store.status()
  const percent = createMemo(() => contextPercent(status()?.usage))
  const filled = () => Math.min(CELLS, Math.ceil(((percent() ?? 0) / 100) * CELLS))
  const now = createNow(COUNT_EVERY_MS)
  const limits = () => status()?.rateLimits ?? []
  const urgent = createMemo(() => urgentLimit(limits(), now()))
  const urgentText = () => {
    const limit = urgent()
    return limit && `${limitLabel(limit.window)}: ${limitText(limit, now())}`
  }
  const version = () => status()?.cliVersion ?? ''
  const rows = createMemo((): readonly Row[] => {
    const usage = status()?.usage
    const count = (tokens: bigint) => formatCount(Number(tokens))
    const size = usage?.contextSize || 200_000n
    return [
      { label: strings.info.agent, value: [props.providerLabel, version()].filter(part => part !== '').join(' ') },
      { label: strings.info.worker, value: workerLabel(props.workerId, workerDirectory.info(props.workerId).data()) },
      { label: strings.info.session, value: status()?.nativeSessionId ?? '', canCopy: true },
      { label: strings.info.directory, value: status()?.workingDir ?? '', canCopy: true },
      { label: strings.info.planFile, value: status()?.planFile ?? '', canCopy: true },
      {
        label: strings.info.context,
        value:
          percent() === undefined ? '' : strings.info.contextValue(count(usage?.contextUsed ?? 0n), count(size), percent() ?? 0),
      },
      {
        label: strings.info.tokens,
        value:
          usage && usage.inputTokens + usage.outputTokens > 0n
            ? strings.info.tokensValue(count(usage.inputTokens), count(usage.outputTokens))
            : '',
      },
      { label: strings.info.cost, value: usage && usage.cost > 0 ? MONEY.format(usage.cost) : '' },
      ...limits().map(limit => ({ label: limitLabel(limit.window), value: limitText(limit, now()) })),
    ].filter(row => row.value !== '')
  })
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(() => toasts.show({ kind: 'success', text: strings.copied }))

  return (
    <Popover
      label={strings.info.title}
      placement="top-start"
      trigger={trigger => (
        <button
          {...trigger}
          type="button"
          class={styles.trigger}
          aria-label={[strings.context(percent()), urgentText()].filter(part => part !== undefined).join('; ')}
          data-tooltip={strings.context(percent())}
          data-level={usageLevel(percent())}
        >
          <span class={styles.grid} aria-hidden="true">
            <For each={Array.from({ length: CELLS }, (_, index) => index)}>
              {index => <span class={styles.cell} data-filled={index < filled() ? '' : undefined} />}
            </For>
          </span>
          <Show when={urgent()}>
            {limit => (
              <span
                class={styles.countdown}
                data-level={limit().status === RateLimitStatus.EXCEEDED ? 'exceeded' : 'warning'}
                data-tooltip={urgentText()}
              >
                {timeLeft(limit(), now())}
              </span>
            )}
          </Show>
        </button>
      )}
    >
      <dl class={styles.card}>
        <For each={rows()}>
          {row => (
            <div class={styles.row}>
              <dt class={styles.label}>{row.label}</dt>
              <dd class={styles.value}>
                <span class={styles.text}>{row.value}</span>
                <Show when={row.canCopy}>
                  <IconButton
                    size="xs"
                    iconSize={13}
                    icon={CopyIcon}
                    label={strings.info.copy(row.label)}
                    onClick={() => copy(row.value)}
                  />
                </Show>
              </dd>
            </div>
          )}
        </For>
      </dl>
    </Popover>
  )
}
