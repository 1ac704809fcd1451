// "Worker public key changed", with both fingerprints side by side, or weaker encryption than before. Closing means rejecting.
import { Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { WorkerKeyChange } from '../../app/session-port'
import { Button, Dialog, DialogFooter } from '../../ui'
import styles from './KeyChangeDialog.module.css'

export default function KeyChangeDialog(props: { readonly change: WorkerKeyChange }) {
  const { workerDirectory } = useServices()
  const name = (): string => workerDirectory.name(props.change.workerId) ?? props.change.workerId
  const isDowngrade = (): boolean => props.change.kind === 'downgrade'
  return (
    <Dialog
      title={isDowngrade() ? 'Worker offers weaker encryption' : 'Worker public key changed'}
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
      <Show
        when={!isDowngrade()}
        fallback={
          <p>
            <strong>{name()}</strong> shows the key this browser knows, but {props.change.sentence}.
          </p>
        }
      >
        <p>
          <strong>{name()}</strong> answers with another public key than the one this browser knows.
        </p>
        <dl class={styles.prints}>
          <dt>Expected:</dt>
          <dd>{props.change.expected}</dd>
          <dt>Actual:</dt>
          <dd>{props.change.actual}</dd>
        </dl>
      </Show>
      <p>If you did not expect this change, reject the connection and verify the worker's identity before accepting.</p>
    </Dialog>
  )
}
