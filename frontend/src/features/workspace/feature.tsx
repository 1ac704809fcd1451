// The workspaces of the sidebar and the command that makes one.
import type { Feature } from '../../app/feature'
import { LayersIcon } from '../../ui/icons'
import { NewWorkspaceButton, NewWorkspaceDialog, SECTION_TITLE, WorkspacesSection } from './WorkspacesSection'

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
