// Asks what becomes of the tabs of a tile that is being closed.
import { Button, Dialog, DialogFooter } from '../../ui'

export default function CloseTileDialog(props: {
  readonly count: number
  readonly onAnswer: (tabs: 'move' | 'remove') => void
  readonly onClose: () => void
}) {
  const answer = (tabs: 'move' | 'remove'): void => {
    props.onClose()
    props.onAnswer(tabs)
  }
  return (
    <Dialog
      title="Close tile"
      role="alertdialog"
      size="md"
      onClose={() => props.onClose()}
      initialFocus="[data-safe]"
      footer={
        <DialogFooter>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button variant="danger" onClick={() => answer('remove')}>
            Close all tabs
          </Button>
          <Button variant="primary" data-safe="" onClick={() => answer('move')}>
            Move tabs to neighbor
          </Button>
        </DialogFooter>
      }
    >
      <p>
        This tile contains {props.count} {props.count === 1 ? 'tab' : 'tabs'}. What would you like to do?
      </p>
    </Dialog>
  )
}
