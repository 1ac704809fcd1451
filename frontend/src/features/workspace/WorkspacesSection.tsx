// "In progress": the workspaces and, below each, its tabs.
import { createMemo, createSignal, lazy, Match, Show, Switch } from 'solid-js'
import { createStore } from 'solid-js/store'
import { useServices } from '../../app/services'
import type { TabView } from '../../core/ports'
import { IconButton, Menu, type MenuEntry, Skeleton, StatusDot, Tree } from '../../ui'
import { EllipsisIcon, PencilIcon, PlusIcon, TrashIcon, XIcon } from '../../ui/icons'
import { allTabs, findTab } from '../layout'
import { groupStatus, RenameInput, TabIcon, tabStatus, tabTitle } from '../tab'
import styles from './WorkspacesSection.module.css'
import { renameWorkspace, titleOf } from './workspace-actions'
import { type WorkspaceNode, workspaceNodes } from './workspace-tree'

const DeleteWorkspaceDialog = lazy(() => import('./DeleteWorkspaceDialog'))
export const NewWorkspaceDialog = lazy(() => import('./NewWorkspaceDialog'))
export const SECTION_TITLE = 'In progress'
const KEY = 'closed-workspaces'

export function NewWorkspaceButton() {
  const { commands, shortcut } = useServices()
  return (
    <IconButton
      icon={PlusIcon}
      label={`New workspace in ${SECTION_TITLE}`}
      shortcut={shortcut('app.newWorkspaceDialog')}
      size="xs"
      onClick={() => commands.run('app.newWorkspaceDialog')}
    />
  )
}

export function WorkspacesSection() {
  const services = useServices()
  const { layout, view, tabs, tabKinds, navigation, storage, shell, dialogs, openTabs } = services
  const [renaming, setRenaming] = createSignal<string>()
  const stored = storage.get(KEY)
  const [closed, setClosed] = createStore<Record<string, boolean>>(
    typeof stored === 'object' && stored !== null ? { ...stored } : {},
  )

  const tabLabel = (tab: TabView): string => tabTitle(tabs.get(tab.id), tabKinds.get(tab.kind)?.label ?? 'Tab')
  const list = createMemo(() =>
    (layout.workspaces() ?? []).map(({ id, title }) => ({ id, title: titleOf({ title }), view: layout.workspace(id) })),
  )
  const nodes = createMemo(() => workspaceNodes(list(), tabLabel))
  const isExpanded = (id: string): boolean => closed[id] !== true
  const selected = (): string | undefined => {
    const id = view.workspaceId()
    return id !== undefined && isExpanded(id) ? (view.activeTab()?.id ?? id) : id
  }

  function toggle(id: string): void {
    setClosed(id, isExpanded(id))
    storage.set(KEY, { ...closed })
  }
  function select(id: string): void {
    const owner = list().find(workspace => workspace.view && findTab(workspace.view, id))
    navigation.openWorkspace(owner?.id ?? id)
    if (owner) {
      view.activate(owner.id, id)
      view.requestFocus()
    }
    shell.closeDrawer()
  }
  const entries = (workspaceId: string): readonly MenuEntry[] => [
    { label: 'Rename', icon: PencilIcon, run: () => void setTimeout(() => setRenaming(workspaceId)) },
    {
      label: 'Delete',
      icon: TrashIcon,
      tone: 'danger',
      run() {
        const workspace = layout.workspace(workspaceId)
        if (workspace) dialogs.show(close => <DeleteWorkspaceDialog workspace={workspace} onClose={close} />)
      },
    },
  ]

  function WorkspaceRow(props: { readonly node: WorkspaceNode; readonly isExpanded: boolean }) {
    const workspace = () => layout.workspace(props.node.workspaceId)
    const isEditable = (): boolean => workspace()?.editable === true
    /** A collapsed row speaks for its tabs. */
    const status = () => {
      const current = workspace()
      if (props.isExpanded || !current) return undefined
      return groupStatus(allTabs(current).map(tab => tabStatus(tabs.get(tab.id), tabs.hasUnseen(tab.id))))
    }
    const [isMenuOpen, setMenuOpen] = createSignal(false)
    return (
      <Show
        when={renaming() !== props.node.id}
        fallback={
          <RenameInput
            label="Workspace name"
            value={props.node.label}
            onDone={title => {
              setRenaming(undefined)
              if (title !== undefined) renameWorkspace(services, props.node.workspaceId, title)
            }}
          />
        }
      >
        <span
          class={styles.title}
          data-active={view.workspaceId() === props.node.workspaceId ? '' : undefined}
          data-tooltip-clipped=""
          onDblClick={() => isEditable() && setRenaming(props.node.id)}
        >
          {props.node.label}
        </span>
        <Show when={status()}>{state => <StatusDot status={state()} />}</Show>
        <Show when={isEditable()}>
          <span class={styles.actions} data-open={isMenuOpen() ? '' : undefined} onClick={event => event.stopPropagation()}>
            <Menu
              align="end"
              onOpenChange={setMenuOpen}
              entries={() => entries(props.node.workspaceId)}
              trigger={trigger => (
                <IconButton
                  {...trigger}
                  icon={EllipsisIcon}
                  size="xs"
                  label={`Workspace menu of ${props.node.label}`}
                  tooltip="More"
                  tabindex={-1}
                />
              )}
            />
          </span>
        </Show>
      </Show>
    )
  }

  function TabRow(props: { readonly tab: TabView; readonly label: string; readonly workspaceId: string }) {
    const isEditable = (): boolean => layout.workspace(props.workspaceId)?.editable === true
    const isShown = (): boolean => view.activeTab()?.id === props.tab.id
    const status = () => tabStatus(tabs.get(props.tab.id), !isShown() && tabs.hasUnseen(props.tab.id))
    const close = (): void => void openTabs.close(props.workspaceId, props.tab)
    return (
      <span
        class={styles.leaf}
        onPointerDown={event =>
          isEditable() &&
          props.workspaceId === view.workspaceId() &&
          services.drag.start(event, { tabId: props.tab.id, title: props.label })
        }
        onAuxClick={event => event.button === 1 && isEditable() && close()}
      >
        <TabIcon kind={props.tab.kind} tabId={props.tab.id} size={14} />
        <span class={styles.title} data-tooltip-clipped="">
          {props.label}
        </span>
        <Show when={status()}>{state => <StatusDot status={state()} />}</Show>
        <Show when={isEditable()}>
          <span
            class={styles.actions}
            onClick={event => event.stopPropagation()}
            onPointerDown={event => event.stopPropagation()}
          >
            <IconButton
              icon={XIcon}
              size="xs"
              iconSize={13}
              label={`Close ${props.label}`}
              tooltip="Close"
              tabindex={-1}
              busy={tabs.isClosing(props.tab.id)}
              onClick={close}
            />
          </span>
        </Show>
      </span>
    )
  }

  return (
    <Switch>
      <Match when={layout.workspaces() === undefined}>
        <div class={styles.loading}>
          <Skeleton widths={['70%', '50%', '60%']} />
        </div>
      </Match>
      <Match when={nodes().length === 0}>
        <p class={styles.empty}>No workspaces</p>
      </Match>
      <Match when={true}>
        <div class={styles.tree}>
          <Tree<WorkspaceNode>
            label={SECTION_TITLE}
            nodes={nodes()}
            isExpanded={isExpanded}
            onToggle={toggle}
            selected={selected()}
            onSelect={select}
            renderRow={(node, row) => (
              <Show when={node.tab} fallback={<WorkspaceRow node={node} isExpanded={row.isExpanded} />}>
                {tab => <TabRow tab={tab()} label={node.label} workspaceId={node.workspaceId} />}
              </Show>
            )}
          />
        </div>
      </Match>
    </Switch>
  )
}
