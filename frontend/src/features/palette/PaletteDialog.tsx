// The command palette: one field, one list; arrows choose, Enter runs.
import { Dialog as KDialog } from '@kobalte/core/dialog'
import { createEffect, createMemo, createSignal, createUniqueId, For, on, onCleanup, Show } from 'solid-js'
import { useServices } from '../../app/services'
import { SearchIcon } from '../../ui/icons'
import { allTabs } from '../layout'
import { tabTitle } from '../tab'
import { titleOf } from '../workspace'
import styles from './PaletteDialog.module.css'
import { type PaletteItem, paletteMatches } from './palette-model'

export default function PaletteDialog(props: { readonly onClose: () => void }) {
  const services = useServices()
  const [query, setQuery] = createSignal('')
  const [active, setActive] = createSignal(0)
  const listId = createUniqueId()
  const items = paletteItems(services)
  const matches = createMemo(() => paletteMatches(items, query()))
  const optionId = (index: number): string => `${listId}-${index}`
  let list: HTMLElement | undefined
  let field: HTMLInputElement | undefined

  createEffect(on(query, () => setActive(0)))
  createEffect(on(active, index => list?.children[index]?.scrollIntoView({ block: 'nearest' })))

  let open = true
  onCleanup(() => {
    open = false
  })
  /** The command before this one may give the focus to what it made; while the palette is open, keys are for its field. */
  function keepFocus(): void {
    queueMicrotask(() => {
      if (open && field?.isConnected && document.activeElement !== field) field.focus()
    })
  }

  function run(item: PaletteItem | undefined): void {
    if (!item) return
    props.onClose()
    // After the dialog gave the focus back: the command may want it elsewhere.
    setTimeout(() => item.run())
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return
    const count = matches().length
    const to = {
      ArrowDown: (active() + 1) % count,
      ArrowUp: (active() - 1 + count) % count,
      PageDown: Math.min(active() + 8, count - 1),
      PageUp: Math.max(active() - 8, 0),
    }[event.key]
    if (event.key === 'Enter') run(matches()[active()]?.item)
    else if (to !== undefined && count > 0) setActive(to)
    else return
    event.preventDefault()
  }

  return (
    <KDialog open modal preventScroll={false} onOpenChange={isOpen => !isOpen && props.onClose()}>
      <KDialog.Portal>
        <KDialog.Overlay class={styles.overlay} />
        <div class={styles.positioner}>
          <KDialog.Content
            class={styles.palette}
            aria-label="Command palette"
            data-modal-open=""
            onOpenAutoFocus={event => {
              // At once: what is typed next is meant for the field.
              event.preventDefault()
              field?.focus()
            }}
          >
            <div class={styles.field}>
              <SearchIcon size={16} />
              <input
                class={styles.input}
                ref={element => {
                  field = element
                }}
                onFocusOut={keepFocus}
                role="combobox"
                aria-label="Search commands, tabs and workspaces"
                aria-expanded="true"
                aria-controls={listId}
                aria-activedescendant={matches().length > 0 ? optionId(active()) : undefined}
                aria-autocomplete="list"
                placeholder="Type a command, a tab or a workspace"
                autocomplete="off"
                spellcheck={false}
                value={query()}
                onInput={event => setQuery(event.currentTarget.value)}
                onKeyDown={onKeyDown}
              />
            </div>
            <div
              class={styles.list}
              id={listId}
              role="listbox"
              aria-label="Results"
              ref={element => {
                list = element
              }}
            >
              <For each={matches()}>
                {(match, index) => (
                  <div
                    class={styles.option}
                    id={optionId(index())}
                    role="option"
                    aria-selected={active() === index()}
                    data-active={active() === index() ? '' : undefined}
                    onPointerMove={() => setActive(index())}
                    onClick={() => run(match.item)}
                  >
                    <span class={styles.title}>
                      <For each={match.pieces}>
                        {piece => (piece.isMatch ? <b class={styles.match}>{piece.text}</b> : piece.text)}
                      </For>
                    </span>
                    <span class={styles.group}>{match.item.group}</span>
                    <Show when={match.item.shortcut}>{keys => <span class={styles.group}>{keys()}</span>}</Show>
                  </div>
                )}
              </For>
            </div>
            <Show when={matches().length === 0}>
              <p class={styles.empty}>Nothing matches “{query()}”.</p>
            </Show>
          </KDialog.Content>
        </div>
      </KDialog.Portal>
    </KDialog>
  )
}

/** Tabs of the shown workspace first, then workspaces, then commands by title. */
function paletteItems(services: ReturnType<typeof useServices>): readonly PaletteItem[] {
  const { layout, view, tabs, tabKinds, commands, navigation, shortcut } = services
  const shown = view.workspace()
  const tabItems = (shown ? allTabs(shown) : []).map(
    (tab): PaletteItem => ({
      id: tab.id,
      title: tabTitle(tabs.get(tab.id), tabKinds.get(tab.kind)?.label ?? 'Tab'),
      group: 'Tab',
      run() {
        if (shown && view.activate(shown.id, tab.id)) view.requestFocus()
      },
    }),
  )
  const workspaceItems = (layout.workspaces() ?? [])
    .filter(workspace => workspace.id !== shown?.id)
    .map(
      (workspace): PaletteItem => ({
        id: workspace.id,
        title: titleOf(workspace),
        group: 'Workspace',
        run: () => navigation.openWorkspace(workspace.id),
      }),
    )
  const commandItems = commands
    .commands()
    .filter(command => command.palette !== false && command.enabled?.() !== false)
    .map(
      (command): PaletteItem => ({
        id: command.id,
        title: command.title,
        group: 'Command',
        keywords: command.keywords,
        shortcut: shortcut(command.id),
        run: () => void commands.run(command.id),
      }),
    )
    .sort((a, b) => a.title.localeCompare(b.title))
  return [...tabItems, ...workspaceItems, ...commandItems]
}
