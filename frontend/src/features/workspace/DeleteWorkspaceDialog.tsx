// Asks before a workspace and everything in it goes.
import { useServices } from '../../app/services'
import type { WorkspaceView } from '../../core/ports'
import { ConfirmDialog } from '../../ui'
import { deleteWorkspace } from './workspace-actions'

export default function DeleteWorkspaceDialog(props: { readonly workspace: WorkspaceView; readonly onClose: () => void }) {
  const services = useServices()
  return (
    <ConfirmDialog
      title="Delete workspace"
      text="Are you sure you want to delete this workspace? This cannot be undone."
      action="Delete"
      onConfirm={() => deleteWorkspace(services, props.workspace)}
      onClose={() => props.onClose()}
    />
  )
}
