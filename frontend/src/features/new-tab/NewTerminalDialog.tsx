// "New terminal": Worker, shell, directory.
import { createEffect, createSignal, on, Show } from 'solid-js'
import { useServices } from '../../app/services'
import { Button, Dialog, DialogFooter, Select } from '../../ui'
import { DirectoryPicker } from './DirectoryPicker'
import { createLaunchForm } from './launch-form'
import type { TabTarget } from './open-tabs'
import { WorkerSelect } from './WorkerSelect'

export default function NewTerminalDialog(props: { readonly target: TabTarget; readonly onClose: () => void }) {
  const services = useServices()
  const form = createLaunchForm(services)
  const [chosenShell, setShell] = createSignal<string>()
  const [isBusy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<{ title: string; text: string }>()

  const query = () => {
    const id = form.workerId()
    return id === undefined ? undefined : services.workerDirectory.shells(id)
  }
  const shells = () => query()?.data()
  const shell = (): string | undefined => chosenShell() ?? shells()?.defaultShell
  const isReady = (): boolean => form.workerId() !== undefined && form.workingDir() !== '' && Boolean(shell())

  createEffect(on(form.workerId, () => setShell(undefined)))
  createEffect(() => {
    if (query()?.state() === 'failed') services.toasts.show({ kind: 'danger', text: 'Failed to load shells' })
  })

  async function create(): Promise<void> {
    const workerId = form.workerId()
    if (!isReady() || workerId === undefined) return
    setBusy(true)
    setFailure(undefined)
    try {
      await services.openTabs.terminal(props.target, { workerId, workingDir: form.workingDir(), shell: shell() ?? '' })
      props.onClose()
    } catch (cause) {
      setFailure({ title: 'Failed to create terminal', text: cause instanceof Error ? cause.message : '' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      title="New terminal"
      busy={isBusy()}
      failure={failure()}
      onClose={() => props.onClose()}
      onSubmit={() => void create()}
      footer={
        <DialogFooter>
          <Button disabled={isBusy()} onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" busy={isBusy()} busyLabel="Creating..." disabled={!isReady()}>
            Create
          </Button>
        </DialogFooter>
      }
    >
      <WorkerSelect value={form.workerId()} onChange={form.setWorker} />
      <Show when={form.workerId() !== undefined}>
        <Select
          label="Shell"
          options={(shells()?.shells ?? []).map(path => ({
            value: path,
            label: path,
            code: true,
            note: path === shells()?.defaultShell ? '(default)' : undefined,
          }))}
          value={shell()}
          onChange={setShell}
          placeholder={query()?.state() === 'pending' ? 'Loading shells...' : 'No shells available'}
        />
      </Show>
      <DirectoryPicker workerId={form.workerId()} value={form.pathText()} onChange={form.setPathText} />
    </Dialog>
  )
}
