// A tab in the sidebar: icon, title, state, close; dragged like the tab itself.
import { createSignal, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { TabView } from '../../core/ports'
import { IconButton, StatusDot } from '../../ui'
import { XIcon } from '../../ui/icons'
import { RenameInput, TabIcon, tabStatus } from '../tab'
import styles from './SidebarRow.module.css'

export function TabRow(props: { readonly tab: TabView; readonly title: string; readonly workspaceId: string }) {
  const { layout, view, tabs, tiles, openTabs, drag } = useServices()
  const [isRenaming, setRenaming] = createSignal(false)
  const isEditable = (): boolean => layout.workspace(props.workspaceId)?.editable === true
  const isShown = (): boolean => view.activeTab()?.id === props.tab.id
  const status = () => tabStatus(tabs.get(props.tab.id), !isShown() && tabs.hasUnseen(props.tab.id))
  const close = (): void => void openTabs.close(props.workspaceId, props.tab)

  return (
    <Show
      when={!isRenaming()}
      fallback={
        <RenameInput
          label="Tab name"
          value={props.title}
          onDone={title => {
            setRenaming(false)
            if (title !== undefined) tiles.renameTab(props.tab, title)
          }}
        />
      }
    >
      <span
        class={styles.leaf}
        onPointerDown={event => {
          // Only between tiles that are in sight.
          if (isEditable() && props.workspaceId === view.workspaceId())
            drag.start(event, { tabId: props.tab.id, title: props.title })
        }}
        onAuxClick={event => event.button === 1 && isEditable() && close()}
        onDblClick={() => isEditable() && props.tab.kind !== 'file' && setRenaming(true)}
      >
        <TabIcon kind={props.tab.kind} tabId={props.tab.id} size={14} />
        <span class={styles.title} data-tooltip-clipped="">
          {props.title}
        </span>
        <Show when={status()}>{state => <StatusDot status={state()} />}</Show>
        <Show when={isEditable()}>
          <span
            class={styles.actions}
            onClick={event => event.stopPropagation()}
            onDblClick={event => event.stopPropagation()}
            onPointerDown={event => event.stopPropagation()}
          >
            <IconButton
              icon={XIcon}
              size="xs"
              iconSize={13}
              label={`Close ${props.title}`}
              tooltip="Close"
              tabindex={-1}
              busy={tabs.isClosing(props.tab.id)}
              onClick={close}
            />
          </span>
        </Show>
      </span>
    </Show>
  )
}
