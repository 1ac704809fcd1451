// The workspaces of the sidebar and the command that makes one.
import type { Feature } from '../../app/feature'
import { LayersIcon, UsersIcon } from '../../ui/icons'
import {
  NewWorkspaceButton,
  NewWorkspaceDialog,
  SECTION_TITLE,
  SHARED_TITLE,
  SharedSection,
  WorkspacesSection,
} from './WorkspacesSection'

export const workspaceFeature: Feature = {
  id: 'workspace',
  panels: [
    {
      id: 'in-progress',
      side: 'left',
      title: SECTION_TITLE,
      Icon: LayersIcon,
      Content: WorkspacesSection,
      Actions: NewWorkspaceButton,
      grows: true,
    },
    {
      id: 'shared',
      side: 'left',
      title: SHARED_TITLE,
      Icon: UsersIcon,
      Content: SharedSection,
      visible: ({ layout }) => (layout.workspaces() ?? []).some(({ editable }) => !editable),
    },
  ],
  commands: ({ dialogs }) => [
    {
      id: 'app.newWorkspaceDialog',
      title: 'New Workspace Dialog',
      keywords: 'create workspace',
      run: () => void dialogs.show(close => <NewWorkspaceDialog onClose={close} />),
    },
  ],
  bindings: [{ key: '$mod+Alt+n', command: 'app.newWorkspaceDialog', when: '!dialogOpen' }],
}
