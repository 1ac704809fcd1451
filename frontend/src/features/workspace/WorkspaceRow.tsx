// A workspace in the sidebar: title, the state of its tabs while collapsed, its menu, renaming in place.
import { createSignal, lazy, Show } from 'solid-js'
import { useServices } from '../../app/services'
import { ContextMenu, IconButton, Menu, type MenuEntry, StatusDot } from '../../ui'
import { EllipsisIcon, PencilIcon, TrashIcon, UsersIcon } from '../../ui/icons'
import { allTabs } from '../layout'
import { ShareWorkspaceDialog } from '../organization'
import { groupStatus, RenameInput, tabStatus } from '../tab'
import styles from './SidebarRow.module.css'
import { renameWorkspace } from './workspace-actions'

const DeleteWorkspaceDialog = lazy(() => import('./DeleteWorkspaceDialog'))

export function WorkspaceRow(props: { readonly workspaceId: string; readonly title: string; readonly isExpanded: boolean }) {
  const services = useServices()
  const { layout, view, tabs, dialogs, session } = services
  const [isRenaming, setRenaming] = createSignal(false)
  const [isMenuOpen, setMenuOpen] = createSignal(false)

  const workspace = () => layout.workspace(props.workspaceId)
  const isEditable = (): boolean => workspace()?.editable === true
  /** A collapsed row speaks for its tabs. */
  const status = () => {
    const current = workspace()
    if (props.isExpanded || !current) return undefined
    return groupStatus(allTabs(current).map(tab => tabStatus(tabs.get(tab.id), tabs.hasUnseen(tab.id))))
  }
  /** Solo mode has nobody to share with. */
  const shareEntry = (): readonly MenuEntry[] => {
    const { organizations } = session
    if (!organizations) return []
    const run = (): void => {
      const current = workspace()
      if (!current) return
      dialogs.show(close => <ShareWorkspaceDialog organizations={organizations} workspace={current} onClose={close} />)
    }
    return [{ label: 'Share...', icon: UsersIcon, run }]
  }
  const entries = (): readonly MenuEntry[] => [
    { label: 'Rename', icon: PencilIcon, run: () => void setRenaming(true) },
    ...shareEntry(),
    {
      label: 'Delete',
      icon: TrashIcon,
      tone: 'danger',
      run() {
        const current = workspace()
        if (current) dialogs.show(close => <DeleteWorkspaceDialog workspace={current} onClose={close} />)
      },
    },
  ]

  return (
    <Show
      when={!isRenaming()}
      fallback={
        <RenameInput
          label="Workspace name"
          value={props.title}
          onDone={title => {
            setRenaming(false)
            if (title !== undefined) renameWorkspace(services, props.workspaceId, title)
          }}
        />
      }
    >
      <ContextMenu entries={entries} disabled={!isEditable()}>
        <span
          class={styles.title}
          data-active={view.workspaceId() === props.workspaceId ? '' : undefined}
          data-tooltip-clipped=""
          onDblClick={() => isEditable() && setRenaming(true)}
        >
          {props.title}
        </span>
        <Show when={status()}>{state => <StatusDot status={state()} />}</Show>
        <Show when={isEditable()}>
          <span class={styles.actions} data-open={isMenuOpen() ? '' : undefined} onClick={event => event.stopPropagation()}>
            <Menu
              align="end"
              onOpenChange={setMenuOpen}
              entries={entries}
              trigger={trigger => (
                <IconButton
                  {...trigger}
                  icon={EllipsisIcon}
                  size="xs"
                  label={`Workspace menu of ${props.title}`}
                  tooltip="More"
                  tabindex={-1}
                />
              )}
            />
          </span>
        </Show>
      </ContextMenu>
    </Show>
  )
}
