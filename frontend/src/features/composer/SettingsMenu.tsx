// The agent's settings: one radio group per option group, changed at once and taken back when the agent refuses.
import { createMemo, createSignal, For, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { OptionGroup } from '../../gen/leapmux/worker/v1/agent_pb'
import { Popover, RadioGroup } from '../../ui'
import { ChevronDownIcon } from '../../ui/icons'
import type { AgentStore } from '../agent/agent-store'
import styles from './SettingsMenu.module.css'
import { settingsDetails, settingsSummary } from './settings-summary'
import { strings } from './strings'

/** AGT-32: a longer list can be searched. */
const SEARCHABLE_FROM = 8

export function SettingsMenu(props: { readonly store: AgentStore; readonly disabled: boolean }) {
  const { toasts } = useServices()
  const groups = () => props.store.status()?.options ?? []
  const summary = createMemo(() => settingsSummary(groups(), id => props.store.option(id)))
  function change(group: OptionGroup, value: string): void {
    if (value === props.store.option(group.id)) return
    props.store.setOption(group.id, value).catch(() => {
      toasts.show({ kind: 'danger', text: strings.changeFailed(group.label) })
    })
  }
  return (
    <Show when={groups().length > 0}>
      <Popover
        label={strings.settingsTitle}
        placement="top-start"
        trigger={trigger => (
          <button
            {...trigger}
            type="button"
            class={styles.trigger}
            aria-label={strings.settings(summary())}
            data-tooltip={settingsDetails(groups(), id => props.store.option(id))}
          >
            <span class={styles.summary}>{summary()}</span>
            <ChevronDownIcon size={12} />
          </button>
        )}
      >
        <div class={styles.groups} data-wide={groups().length > 3 ? '' : undefined}>
          <For each={groups()}>
            {group => (
              <Group
                group={group}
                value={props.store.option(group.id)}
                disabled={props.disabled}
                onChange={value => change(group, value)}
              />
            )}
          </For>
        </div>
      </Popover>
    </Show>
  )
}

function Group(props: {
  readonly group: OptionGroup
  readonly value: string | undefined
  readonly disabled: boolean
  readonly onChange: (value: string) => void
}) {
  const [filter, setFilter] = createSignal('')
  const isLong = () => props.group.values.length >= SEARCHABLE_FROM
  const shown = () => {
    const words = filter().trim().toLowerCase()
    return props.group.values.filter(option => `${option.label} ${option.value}`.toLowerCase().includes(words))
  }
  return (
    <div class={styles.group} data-tooltip={props.group.mutable ? undefined : strings.immutable}>
      <Show when={isLong()}>
        <input
          type="search"
          class={styles.filter}
          placeholder={strings.filter}
          aria-label={`${props.group.label}: ${strings.filter}`}
          value={filter()}
          onInput={event => setFilter(event.currentTarget.value)}
        />
      </Show>
      <div class={styles.values} data-long={isLong() ? '' : undefined}>
        <RadioGroup
          label={props.group.label}
          options={shown().map(option => ({
            value: option.value,
            label: option.label || option.value,
            hint: option.description || undefined,
          }))}
          value={props.value}
          disabled={props.disabled || !props.group.mutable}
          onChange={value => props.onChange(value)}
        />
        <Show when={shown().length === 0}>
          <p class={styles.nothing}>{strings.nothingFound}</p>
        </Show>
      </div>
    </div>
  )
}
