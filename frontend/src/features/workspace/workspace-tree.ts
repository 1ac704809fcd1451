// The sidebar's tree: workspaces, and in each its tabs. Pure.
import type { TabView, WorkspaceView } from '../../core/ports'
import type { TreeNode } from '../../ui/tree-model'
import { allTabs } from '../layout/tree'

export interface WorkspaceNode extends TreeNode {
  readonly kind: 'workspace' | 'tab'
  readonly workspaceId: string
  readonly tab?: TabView
  readonly children?: readonly WorkspaceNode[] | undefined
}

/** Tabs come in the order of their tiles, then of their bar (spec WSP-65). */
export function workspaceNodes(
  workspaces: readonly { readonly id: string; readonly title: string; readonly view: WorkspaceView | undefined }[],
  titleOf: (tab: TabView) => string,
): readonly WorkspaceNode[] {
  return workspaces.map(({ id, title, view }) => {
    const tabs = view ? allTabs(view) : []
    const children = tabs.map((tab): WorkspaceNode => ({ id: tab.id, kind: 'tab', workspaceId: id, label: titleOf(tab), tab }))
    return { id, kind: 'workspace', workspaceId: id, label: title, children: children.length > 0 ? children : undefined }
  })
}
