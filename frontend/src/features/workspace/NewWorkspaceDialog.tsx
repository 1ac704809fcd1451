// "New workspace": a title and the first agent.
import { createSignal } from 'solid-js'
import { useServices } from '../../app/services'
import { randomName } from '../../lib/names'
import { Button, Dialog, DialogFooter, IconButton, TextField } from '../../ui'
import { ShuffleIcon } from '../../ui/icons'
import { AgentFields } from '../new-tab/AgentFields'
import { createLaunchForm } from '../new-tab/launch-form'
import { cleanTitle } from '../tab'
import { createWorkspace } from './workspace-actions'

export default function NewWorkspaceDialog(props: { readonly onClose: () => void }) {
  const services = useServices()
  const form = createLaunchForm(services)
  const [title, setTitle] = createSignal(randomName())
  const [isBusy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<{ title: string; text: string }>()

  const cleaned = () => cleanTitle(title())
  const titleProblem = (): string | undefined => {
    const result = cleaned()
    return 'problem' in result ? result.problem : undefined
  }
  /** A Worker without any agent still gets its workspace, with an empty tile. */
  const hasNoAgents = (): boolean => {
    const workerId = form.workerId()
    return (
      workerId === undefined ||
      services.workerDirectory.usableProviders(workerId)?.every(provider => provider.problem !== '') === true
    )
  }
  const isReady = (): boolean => {
    if (titleProblem() !== undefined || form.sessionProblem() !== undefined || form.workerId() === undefined) return false
    return form.workingDir() !== '' && (form.provider() !== undefined || hasNoAgents())
  }

  async function create(): Promise<void> {
    const result = cleaned()
    const [workerId, provider] = [form.workerId(), form.provider()]
    if (!isReady() || 'problem' in result || workerId === undefined) return
    setBusy(true)
    setFailure(undefined)
    try {
      await createWorkspace(
        services,
        result.title,
        provider === undefined
          ? undefined
          : { workerId, provider, workingDir: form.workingDir(), resumeSessionId: form.sessionId().trim() },
      )
      props.onClose()
    } catch (cause) {
      setFailure({ title: 'Failed to create workspace', text: cause instanceof Error ? cause.message : '' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      title="New workspace"
      busy={isBusy()}
      failure={failure()}
      onClose={() => props.onClose()}
      onSubmit={() => void create()}
      footer={
        <DialogFooter
          note={hasNoAgents() && form.workerId() !== undefined ? 'No agent is installed: the workspace starts empty.' : undefined}
        >
          <Button disabled={isBusy()} onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" busy={isBusy()} busyLabel="Creating..." disabled={!isReady()}>
            Create
          </Button>
        </DialogFooter>
      }
    >
      <TextField
        label="Title"
        placeholder="New Workspace"
        value={title()}
        onInput={setTitle}
        error={titleProblem()}
        actions={<IconButton icon={ShuffleIcon} label="Generate random name" size="xs" onClick={() => setTitle(randomName())} />}
      />
      <AgentFields form={form} />
    </Dialog>
  )
}
