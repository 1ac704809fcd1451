// "Deregister worker": asks before a machine stops being a Worker (spec UIM-216).
import { createSignal } from 'solid-js'
import { useServices } from '../../app/services'
import type { WorkerRegistration } from '../../app/session-port'
import { Button, Dialog, DialogFooter } from '../../ui'

export default function DeregisterWorkerDialog(props: {
  readonly registration: WorkerRegistration
  readonly workerId: string
  readonly name: string
  readonly onClose: () => void
}) {
  const { session, toasts } = useServices()
  const [isBusy, setBusy] = createSignal(false)

  async function deregister(): Promise<void> {
    setBusy(true)
    try {
      await props.registration.deregister(props.workerId)
      await session.workerList.refresh()
    } catch (cause) {
      const reason = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : ''
      toasts.show({ kind: 'danger', text: `Failed to deregister worker${reason}` })
    }
    props.onClose()
  }

  return (
    <Dialog
      title="Deregister worker"
      role="alertdialog"
      busy={isBusy()}
      initialFocus="[data-safe]"
      onClose={() => props.onClose()}
      footer={
        <DialogFooter>
          <Button data-safe="" disabled={isBusy()} onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button variant="danger" busy={isBusy()} busyLabel="Deregistering..." onClick={() => void deregister()}>
            Deregister
          </Button>
        </DialogFooter>
      }
    >
      <p>
        Deregister <strong>{props.name}</strong>?
      </p>
      <p>This will terminate all active workspaces and terminals on this worker. This action cannot be undone.</p>
    </Dialog>
  )
}
