// Asks before something is taken away. What is safe has the focus.
import { Button } from './Button'
import { Dialog, DialogFooter } from './Dialog'

export function ConfirmDialog(props: {
  readonly title: string
  readonly text: string
  readonly action: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}) {
  return (
    <Dialog
      title={props.title}
      role="alertdialog"
      size="sm"
      initialFocus="[data-safe]"
      onClose={() => props.onClose()}
      footer={
        <DialogFooter>
          <Button data-safe="" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              props.onConfirm()
              props.onClose()
            }}
          >
            {props.action}
          </Button>
        </DialogFooter>
      }
    >
      <p>{props.text}</p>
    </Dialog>
  )
}
