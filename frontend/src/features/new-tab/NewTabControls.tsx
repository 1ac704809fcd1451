// The ways to open a tab at the end of a tab bar; fewer of them the narrower the tile (spec LAY-30…33).
import { createMemo, For, Show } from 'solid-js'
import { useServices } from '../../app/services'
import { IconButton, Menu, type MenuEntry } from '../../ui'
import { BotIcon, EllipsisIcon, PlusIcon, TerminalIcon } from '../../ui/icons'
import type { WidthClass } from '../layout/size-class'
import styles from './NewTabControls.module.css'
import { contextWorker, newTabEntries } from './new-tab-entries'
import { ProviderIcon } from './ProviderIcon'
import { openAgent, openTerminal } from './quick-open'
import { quickProviders } from './quick-providers'

const SLOTS: Record<WidthClass, number> = { full: 2, narrow: 1, compact: 0, minimal: 0, micro: 0 }

export interface NewTabControlsProps {
  readonly tileId: string
  readonly size: WidthClass
  /** In the narrowest tile the one menu holds these too. */
  readonly tileEntries: () => readonly MenuEntry[]
}

export function NewTabControls(props: NewTabControlsProps) {
  const services = useServices()
  const { workerDirectory, preferences, openTabs, shortcut } = services
  const usable = createMemo(() => {
    const workerId = contextWorker(services)
    return workerId === undefined
      ? undefined
      : workerDirectory.usableProviders(workerId)?.filter(provider => provider.problem === '')
  })
  const quick = createMemo<readonly string[]>(
    previous =>
      quickProviders(
        (usable() ?? []).map(provider => provider.id),
        preferences.recentProviders(),
        SLOTS[props.size],
        previous,
      ),
    [],
  )
  const labelOf = (id: string): string => usable()?.find(provider => provider.id === id)?.label ?? id
  const isMicro = (): boolean => props.size === 'micro'
  const hasTerminalButton = (): boolean => props.size === 'full' || props.size === 'narrow' || props.size === 'compact'

  return (
    <div class={styles.controls}>
      <For each={quick()}>
        {(id, index) => (
          <IconButton
            icon={icon => <ProviderIcon label={labelOf(id)} size={Number(icon.size ?? 15)} />}
            label={`New ${labelOf(id)} agent`}
            shortcut={index() === 0 ? shortcut('app.newAgent') : undefined}
            busy={openTabs.isOpening('agent')}
            onClick={() => openAgent(services, props.tileId, id)}
          />
        )}
      </For>
      <Show when={SLOTS[props.size] > 0 && usable()?.length === 0}>
        <span data-tooltip="No agents available">
          <IconButton icon={BotIcon} label="No agents available" disabled />
        </span>
      </Show>
      <Show when={hasTerminalButton()}>
        <IconButton
          icon={TerminalIcon}
          label={openTabs.context() ? 'New terminal at the current working directory' : 'New terminal...'}
          shortcut={shortcut('app.newTerminal')}
          busy={openTabs.isOpening('terminal')}
          onClick={() => openTerminal(services, props.tileId)}
        />
      </Show>
      <Menu
        align="end"
        entries={() => [
          ...newTabEntries(services, props.tileId),
          ...(isMicro() ? [{ type: 'group' as const, label: 'Tile', entries: props.tileEntries() }] : []),
        ]}
        trigger={trigger => (
          <IconButton {...trigger} icon={isMicro() ? EllipsisIcon : PlusIcon} label={isMicro() ? 'Tile menu' : 'More options'} />
        )}
      />
    </div>
  )
}
