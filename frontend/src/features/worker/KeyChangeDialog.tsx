// "Worker public key changed": both fingerprints side by side; closing means rejecting.
import { useServices } from '../../app/services'
import type { WorkerKeyChange } from '../../app/session-port'
import { Button, Dialog, DialogFooter } from '../../ui'
import styles from './KeyChangeDialog.module.css'

export default function KeyChangeDialog(props: { readonly change: WorkerKeyChange }) {
  const { workerDirectory } = useServices()
  return (
    <Dialog
      title="Worker public key changed"
      role="alertdialog"
      onClose={() => props.change.reject()}
      initialFocus="[data-safe]"
      footer={
        <DialogFooter>
          <Button data-safe="" onClick={() => props.change.reject()}>
            Reject
          </Button>
          <Button variant="danger" onClick={() => props.change.accept()}>
            Accept
          </Button>
        </DialogFooter>
      }
    >
      <p>
        <strong>{workerDirectory.name(props.change.workerId) ?? props.change.workerId}</strong> answers with another public key
        than the one this browser knows.
      </p>
      <dl class={styles.prints}>
        <dt>Expected:</dt>
        <dd>{props.change.expected}</dd>
        <dt>Actual:</dt>
        <dd>{props.change.actual}</dd>
      </dl>
      <p>If you did not expect this change, reject the connection and verify the worker's identity before accepting.</p>
    </Dialog>
  )
}
