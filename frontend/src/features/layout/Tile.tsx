// One tile: its card, its tab bar, and what an empty one says. The tabs' contents lie above it, not inside.
import { createEffect, createMemo, For, on, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { LeafView } from '../../core/ports'
import { Button, EmptyState, IconButton, Menu } from '../../ui'
import { BotIcon, EllipsisIcon, TerminalIcon } from '../../ui/icons'
import { newTabEntries } from '../new-tab'
import { type Rect, tileStyle } from './place'
import type { HeightClass, WidthClass } from './size-class'
import { TabBar } from './TabBar'
import styles from './Tile.module.css'
import { tileEntries } from './TileControls'

export interface TileProps {
  readonly leaf: LeafView
  readonly label: string
  readonly rect: Rect
  readonly gap: string
  readonly width: WidthClass
  readonly height: HeightClass
  readonly focused: boolean
  /** The only tile of the workspace. */
  readonly only: boolean
  readonly editable: boolean
}

function EmptyTile(props: { readonly tileId: string; readonly inviting: boolean; readonly width: WidthClass }) {
  const { commands, shortcut, view, shell } = useServices()
  let actions: HTMLDivElement | undefined
  const isNarrow = (): boolean => props.width === 'minimal' || props.width === 'micro'
  const run = (command: string): void => {
    const workspaceId = view.workspaceId()
    if (workspaceId !== undefined) view.focusTile(workspaceId, props.tileId)
    commands.run(command)
  }
  const offers = [
    { label: 'Open a new agent tab...', icon: BotIcon, command: 'app.newAgent' },
    { label: 'Open a new terminal tab...', icon: TerminalIcon, command: 'app.newTerminal' },
  ]
  createEffect(
    on(
      view.focusRequest,
      () => {
        if (view.focusedTile()?.id === props.tileId) actions?.querySelector('button')?.focus()
      },
      { defer: true },
    ),
  )
  return (
    <Show when={props.inviting} fallback={<EmptyState text="No tabs in this tile." />}>
      <div
        class={styles.invitation}
        ref={element => {
          actions = element
        }}
      >
        <EmptyState>
          <For each={offers}>
            {offer => (
              <Show
                when={!isNarrow()}
                fallback={
                  <IconButton
                    icon={offer.icon}
                    label={offer.label}
                    size="md"
                    shortcut={shortcut(offer.command)}
                    onClick={() => run(offer.command)}
                  />
                }
              >
                <Button
                  icon={offer.icon}
                  shortcut={props.width === 'compact' || shell.isMobile() ? undefined : shortcut(offer.command)}
                  onClick={() => run(offer.command)}
                >
                  {offer.label}
                </Button>
              </Show>
            )}
          </For>
        </EmptyState>
      </div>
    </Show>
  )
}

export function Tile(props: TileProps) {
  const services = useServices()
  const style = createMemo(() => tileStyle(props.rect, props.gap))
  const focus = (): void => {
    const id = services.view.workspaceId()
    if (id !== undefined) services.view.focusTile(id, props.leaf.id)
  }
  return (
    <section
      class={styles.tile}
      style={style()}
      data-tile={props.leaf.id}
      data-focused={props.focused && !props.only ? '' : undefined}
      aria-label={props.label}
      onPointerDown={focus}
      onFocusIn={focus}
    >
      <Show
        when={props.height !== 'tiny'}
        fallback={
          <Show when={props.editable}>
            <div class={styles.floatingMenu}>
              <Menu
                align="end"
                entries={() => [
                  ...newTabEntries(services, props.leaf.id),
                  { type: 'group', label: 'Tile', entries: tileEntries(services, props.leaf.id) },
                ]}
                trigger={trigger => <IconButton {...trigger} icon={EllipsisIcon} label="Tile menu" />}
              />
            </div>
          </Show>
        }
      >
        <TabBar leaf={props.leaf} size={props.width} focused={props.focused} editable={props.editable} />
      </Show>
      <Show when={props.leaf.tabs.length === 0}>
        <div class={styles.body}>
          <EmptyTile width={props.width} tileId={props.leaf.id} inviting={props.editable && (props.focused || props.only)} />
        </div>
      </Show>
    </section>
  )
}
