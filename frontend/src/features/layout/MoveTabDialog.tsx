// "Move tab…": what dragging does, by keyboard: along its bar or to another tile.
import { createMemo, createSignal } from 'solid-js'
import { useServices } from '../../app/services'
import type { LeafView } from '../../core/ports'
import { Button, Dialog, DialogFooter, RadioGroup } from '../../ui'
import { tabTitle } from '../tab'
import { allLeaves } from './tree'

interface Destination {
  readonly value: string
  readonly label: string
  readonly hint?: string
  readonly tileId: string
  readonly before: string | undefined
}

export default function MoveTabDialog(props: { readonly onClose: () => void }) {
  const { view, tabs, tabKinds, tiles } = useServices()
  const tab = view.activeTab()
  const titleOf = (id: string, kind: 'agent' | 'terminal' | 'file'): string =>
    tabTitle(tabs.get(id), tabKinds.get(kind)?.label ?? 'Tab')

  const destinations = createMemo<readonly Destination[]>(() => {
    const workspace = view.workspace()
    if (!workspace || !tab) return []
    const leaves = allLeaves(workspace)
    const own = leaves.find(leaf => leaf.id === tab.tileId)
    const describe = (leaf: LeafView): string =>
      leaf.tabs.length === 0 ? 'Empty' : leaf.tabs.map(each => titleOf(each.id, each.kind)).join(', ')
    const at = own?.tabs.findIndex(each => each.id === tab.id) ?? -1
    const left = own?.tabs[at - 1]
    const afterRight = own?.tabs[at + 2]
    return [
      ...(own && left ? [{ value: 'left', label: 'Left in this tile', tileId: own.id, before: left.id }] : []),
      ...(own && at < own.tabs.length - 1
        ? [{ value: 'right', label: 'Right in this tile', tileId: own.id, before: afterRight?.id }]
        : []),
      ...leaves.flatMap((leaf, index) =>
        leaf.id === own?.id
          ? []
          : [
              {
                value: leaf.id,
                label: `Tile ${index + 1} of ${leaves.length}`,
                hint: describe(leaf),
                tileId: leaf.id,
                before: undefined,
              },
            ],
      ),
    ]
  })
  const [chosen, setChosen] = createSignal(destinations()[0]?.value)

  function move(): void {
    const destination = destinations().find(each => each.value === chosen())
    if (tab && destination) tiles.moveTab(tab.id, destination.tileId, destination.before)
    props.onClose()
  }

  return (
    <Dialog
      title={tab ? `Move ${titleOf(tab.id, tab.kind)}` : 'Move tab'}
      size="sm"
      onClose={() => props.onClose()}
      onSubmit={move}
      footer={
        <DialogFooter>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={chosen() === undefined}>
            Move
          </Button>
        </DialogFooter>
      }
    >
      {destinations().length === 0 ? (
        <p>There is nowhere to move this tab. Split a tile first.</p>
      ) : (
        <RadioGroup label="Where to" options={destinations()} value={chosen()} onChange={setChosen} />
      )}
    </Dialog>
  )
}
