// One tab: icon, title, state, close button. Selected by click, dragged, renamed by double click.
import { createSignal, onCleanup, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { LeafView, TabView } from '../../core/ports'
import { IconButton, Spinner, StatusDot } from '../../ui'
import { XIcon } from '../../ui/icons'
import { RenameInput, TabIcon, tabStatus, tabTitle } from '../tab'
import styles from './TabItem.module.css'

export function TabItem(props: {
  readonly tab: TabView
  readonly leaf: LeafView
  readonly active: boolean
  readonly editable: boolean
  /** Its name is being edited: meanwhile it is no tab. */
  readonly onRenaming: (isRenaming: boolean) => void
}) {
  const { tabs, tabKinds, view, workers, drag, tiles } = useServices()
  const [isRenaming, setIsRenaming] = createSignal(false)
  const setRenaming = (renaming: boolean): void => {
    setIsRenaming(renaming)
    props.onRenaming(renaming)
  }
  onCleanup(() => isRenaming() && props.onRenaming(false))

  const info = () => tabs.get(props.tab.id)
  const title = (): string => tabTitle(info(), tabKinds.get(props.tab.kind)?.label ?? 'Tab')
  const status = () => tabStatus(info(), !props.active && tabs.hasUnseen(props.tab.id))
  const isClosing = (): boolean => tabs.isClosing(props.tab.id)
  const isDisconnected = (): boolean => workers.get(props.tab.workerId).state().kind !== 'connected'
  /** An agent that does not run goes on with the next message: its tab is not struck through. */
  const hasEnded = (): boolean => props.tab.kind === 'terminal' && info()?.activity === 'exited'
  const index = (): number => props.leaf.tabs.findIndex(tab => tab.id === props.tab.id)
  const select = (): void => {
    view.setActiveTab(props.leaf.id, props.tab.id, index())
    view.requestFocus()
  }

  return (
    <div
      class={styles.item}
      data-tab={props.tab.id}
      data-active={props.active ? '' : undefined}
      data-dragged={drag.dragging()?.tabId === props.tab.id ? '' : undefined}
      data-faded={isDisconnected() || info()?.activity === 'exited' ? '' : undefined}
      data-exited={hasEnded() ? '' : undefined}
      onAuxClick={event => {
        if (event.button !== 1 || !props.editable) return
        event.preventDefault()
        tiles.closeTab(props.tab)
      }}
      onMouseDown={event => event.button === 1 && event.preventDefault()}
    >
      <Show
        when={!isRenaming()}
        fallback={
          <RenameInput
            label="Tab name"
            value={title()}
            onDone={next => {
              setRenaming(false)
              if (next !== undefined) tiles.renameTab(props.tab, next)
            }}
          />
        }
      >
        <div
          class={styles.tab}
          id={`tab-${props.tab.id}`}
          role="tab"
          tabindex={props.active ? 0 : -1}
          aria-selected={props.active}
          onPointerDown={event => props.editable && drag.start(event, { tabId: props.tab.id, title: title() })}
          onClick={select}
          onDblClick={() => props.editable && props.tab.kind !== 'file' && setRenaming(true)}
          onKeyDown={event => {
            if (event.key === 'Enter' || event.key === ' ') select()
            else if (event.key === 'Delete' && props.editable) tiles.closeTab(props.tab)
            else if (event.key === 'F2' && props.editable && props.tab.kind !== 'file') setRenaming(true)
            else return
            event.preventDefault()
          }}
        >
          <span class={styles.icon}>
            <TabIcon kind={props.tab.kind} tabId={props.tab.id} size={14} />
          </span>
          <span class={styles.title} data-tooltip-clipped="">
            {title()}
          </span>
          <Show when={status()}>{state => <StatusDot status={state()} />}</Show>
        </div>
      </Show>
      <Show when={props.editable && !isRenaming()}>
        <span class={styles.close}>
          <Show when={!isClosing()} fallback={<Spinner size={12} label="Closing" />}>
            <IconButton
              icon={XIcon}
              label={`Close ${title()}`}
              tooltip="Close"
              size="xs"
              iconSize={13}
              tabindex={-1}
              onClick={() => tiles.closeTab(props.tab)}
            />
          </Show>
        </span>
      </Show>
    </div>
  )
}
