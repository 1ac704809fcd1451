// The bar on top of a tile: its tabs, the ways to open one, and what can be done to the tile.
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { LeafView } from '../../core/ports'
import { Present } from '../../ui'
import { NewTabControls } from '../new-tab'
import type { WidthClass } from './size-class'
import styles from './TabBar.module.css'
import { TabItem } from './TabItem'
import { TileControls, tileEntries } from './TileControls'

/** The strip scrolls with the wheel, the active tab is kept in sight. */
export function TabBar(props: {
  readonly leaf: LeafView
  readonly size: WidthClass
  readonly focused: boolean
  readonly editable: boolean
}) {
  const services = useServices()
  const { view, drag, commands, shell } = services
  let strip: HTMLDivElement | undefined
  const ids = createMemo(() => props.leaf.tabs.map(tab => tab.id))
  const [renaming, setRenaming] = createSignal<string>()
  const tabIds = (): readonly string[] => ids().filter(id => id !== renaming())
  const activeId = (): string | undefined => view.activeTabOf(props.leaf)?.id
  const isTarget = (): boolean => drag.dragging()?.target?.tileId === props.leaf.id

  createEffect(
    on([activeId, ids], ([id]) => {
      if (id === undefined) return
      queueMicrotask(() =>
        strip?.querySelector(`[data-tab="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
      )
    }),
  )

  function focusTab(index: number): void {
    const tab = props.leaf.tabs[index]
    if (!tab) return
    view.setBrowsing(true)
    view.setActiveTab(props.leaf.id, tab.id, index)
    queueMicrotask(() => strip?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(tab.id)}"] [role="tab"]`)?.focus())
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (!(event.target instanceof Element) || event.target.getAttribute('role') !== 'tab') return
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const count = props.leaf.tabs.length
    const at = props.leaf.tabs.findIndex(tab => tab.id === activeId())
    const to = { ArrowRight: (at + 1) % count, ArrowLeft: (at - 1 + count) % count, Home: 0, End: count - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    focusTab(to)
  }

  return (
    // Whoever works in the bar, or opens a menu from it, keeps the keyboard: the content must not take it.
    <div
      class={styles.bar}
      data-tab-bar=""
      data-drop={isTarget() ? '' : undefined}
      data-focused={props.focused ? '' : undefined}
      onPointerDown={() => view.setBrowsing(true)}
      onFocusIn={() => view.setBrowsing(true)}
    >
      <div
        class={styles.strip}
        data-tab-strip=""
        ref={element => {
          strip = element
        }}
        onKeyDown={onKeyDown}
        onWheel={event => {
          if (event.deltaX === 0) event.currentTarget.scrollLeft += event.deltaY
        }}
        onDblClick={event => {
          if (event.target === event.currentTarget && props.editable) commands.run('app.newAgentDialog')
        }}
      >
        <For each={ids()}>
          {id => (
            <Present value={props.leaf.tabs.find(tab => tab.id === id)}>
              {tab => (
                <TabItem
                  tab={tab()}
                  leaf={props.leaf}
                  active={activeId() === id}
                  editable={props.editable}
                  onRenaming={isRenaming => setRenaming(isRenaming ? id : undefined)}
                />
              )}
            </Present>
          )}
        </For>
        <Show when={tabIds().length > 0}>
          {/* The tabs belong to a tab list; their close buttons, which lie beside them, do not. */}
          <div
            role="tablist"
            aria-label="Tabs"
            aria-owns={tabIds()
              .map(id => `tab-${id}`)
              .join(' ')}
          />
        </Show>
      </div>
      <Show when={props.editable}>
        <NewTabControls
          tileId={props.leaf.id}
          size={shell.isMobile() ? 'minimal' : props.size}
          tileEntries={() => tileEntries(services, props.leaf.id)}
        />
        <Show when={!shell.isMobile()}>
          <TileControls tileId={props.leaf.id} size={props.size} />
        </Show>
      </Show>
    </div>
  )
}
