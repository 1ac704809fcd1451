// Asks before a workspace and everything in it goes.
import { useServices } from '../../app/services'
import type { WorkspaceView } from '../../core/ports'
import { Button, Dialog, DialogFooter } from '../../ui'
import { deleteWorkspace } from './workspace-actions'

export default function DeleteWorkspaceDialog(props: { readonly workspace: WorkspaceView; readonly onClose: () => void }) {
  const services = useServices()
  return (
    <Dialog
      title="Delete workspace"
      role="alertdialog"
      size="sm"
      onClose={() => props.onClose()}
      initialFocus="[data-safe]"
      footer={
        <DialogFooter>
          <Button data-safe="" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              deleteWorkspace(services, props.workspace)
              props.onClose()
            }}
          >
            Delete
          </Button>
        </DialogFooter>
      }
    >
      <p>Are you sure you want to delete this workspace? This cannot be undone.</p>
    </Dialog>
  )
}
