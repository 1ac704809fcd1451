// "In progress" and "Shared": the workspaces and, below each, its tabs.
import { createMemo, lazy, Match, Show, Switch } from 'solid-js'
import { createStore } from 'solid-js/store'
import { useServices } from '../../app/services'
import type { TabView } from '../../core/ports'
import { IconButton, Skeleton, Tree } from '../../ui'
import { PlusIcon } from '../../ui/icons'
import { findTab } from '../layout'
import { tabTitle } from '../tab'
import { TabRow } from './TabRow'
import { WorkspaceRow } from './WorkspaceRow'
import styles from './WorkspacesSection.module.css'
import { titleOf } from './workspace-actions'
import { type WorkspaceNode, workspaceNodes } from './workspace-tree'

export const NewWorkspaceDialog = lazy(() => import('./NewWorkspaceDialog'))
export const SECTION_TITLE = 'In progress'
export const SHARED_TITLE = 'Shared'

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

/** The user's own. */
export function WorkspacesSection() {
  return <WorkspaceTree label={SECTION_TITLE} own />
}

/** Those of others, who let the user read them. */
export function SharedSection() {
  return <WorkspaceTree label={SHARED_TITLE} own={false} />
}

function WorkspaceTree(props: { readonly label: string; readonly own: boolean }) {
  const { layout, view, tabs, tabKinds, navigation, storage, shell } = useServices()
  const key = props.own ? 'closed-workspaces' : 'closed-shared-workspaces'
  const stored = storage.get(key)
  const [closed, setClosed] = createStore<Record<string, boolean>>(
    typeof stored === 'object' && stored !== null ? { ...stored } : {},
  )

  const tabLabel = (tab: TabView): string => tabTitle(tabs.get(tab.id), tabKinds.get(tab.kind)?.label ?? 'Tab')
  const list = createMemo(() =>
    (layout.workspaces() ?? [])
      .filter(({ editable }) => editable === props.own)
      .map(({ id, title }) => ({ id, title: titleOf({ title }), view: layout.workspace(id) })),
  )
  const nodes = createMemo(() => workspaceNodes(list(), tabLabel))
  const isExpanded = (id: string): boolean => closed[id] !== true
  const selected = (): string | undefined => {
    const id = view.workspaceId()
    if (!list().some(workspace => workspace.id === id)) return undefined
    return id !== undefined && isExpanded(id) ? (view.activeTab()?.id ?? id) : id
  }

  function toggle(id: string): void {
    setClosed(id, isExpanded(id))
    storage.set(key, { ...closed })
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
            label={props.label}
            nodes={nodes()}
            isExpanded={isExpanded}
            onToggle={toggle}
            selected={selected()}
            onSelect={select}
            renderRow={node => (
              <Show
                when={node().tab}
                fallback={
                  <WorkspaceRow workspaceId={node().workspaceId} title={node().label} isExpanded={isExpanded(node().id)} />
                }
              >
                {tab => <TabRow tab={tab()} title={node().label} workspaceId={node().workspaceId} />}
              </Show>
            )}
          />
        </div>
      </Match>
    </Switch>
  )
}
