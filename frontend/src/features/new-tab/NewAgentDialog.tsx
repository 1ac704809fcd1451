// "New agent": where, what, and which session to resume.
import { createSignal } from 'solid-js'
import { useServices } from '../../app/services'
import { Button, Dialog, DialogFooter } from '../../ui'
import { AgentFields } from './AgentFields'
import { createLaunchForm } from './launch-form'
import type { TabTarget } from './open-tabs'

export default function NewAgentDialog(props: {
  readonly target: TabTarget
  readonly provider?: string | undefined
  readonly onClose: () => void
}) {
  const services = useServices()
  const form = createLaunchForm(services)
  if (props.provider !== undefined) form.setProvider(props.provider)
  const [isBusy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<{ title: string; text: string }>()
  const isReady = (): boolean =>
    form.workerId() !== undefined &&
    form.workingDir() !== '' &&
    form.provider() !== undefined &&
    form.sessionProblem() === undefined

  async function create(): Promise<void> {
    const [workerId, provider] = [form.workerId(), form.provider()]
    if (!isReady() || workerId === undefined || provider === undefined) return
    setBusy(true)
    setFailure(undefined)
    try {
      await services.openTabs.agent(props.target, {
        workerId,
        provider,
        workingDir: form.workingDir(),
        resumeSessionId: form.sessionId().trim(),
      })
      props.onClose()
    } catch (cause) {
      setFailure({ title: 'Failed to create agent', text: cause instanceof Error ? cause.message : '' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      title="New agent"
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
      <AgentFields form={form} />
    </Dialog>
  )
}
