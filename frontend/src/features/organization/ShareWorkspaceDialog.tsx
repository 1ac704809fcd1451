// "Workspace sharing": nobody, everybody in the organization, or some of them (spec WSP-110 to WSP-113).
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import type { Organizations, Sharing } from '../../app/session-port'
import type { WorkspaceView } from '../../core/ports'
import { createQuery } from '../../lib/query'
import { Button, Checkbox, Dialog, DialogFooter, ErrorPanel, RadioGroup } from '../../ui'
import styles from './ShareWorkspaceDialog.module.css'

const MODES = [
  { value: 'private', label: 'Private', hint: 'Only you.' },
  { value: 'all', label: 'All org members', hint: 'Everybody in this organization, now and later.' },
  { value: 'members', label: 'Specific members', hint: 'Those you choose.' },
] as const

export default function ShareWorkspaceDialog(props: {
  readonly organizations: Organizations
  readonly workspace: WorkspaceView
  readonly onClose: () => void
}) {
  const { session } = useServices()
  const [mode, setMode] = createSignal<Sharing['mode']>('private')
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set())
  const [isBusy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<{ title: string; text: string }>()
  const loaded = createQuery(
    () => props.workspace.id,
    async id => {
      const [sharing, members] = await Promise.all([
        props.organizations.sharing(id),
        props.organizations.members(session.organization.id),
      ])
      setMode(sharing.mode)
      if (sharing.mode === 'members') setChosen(new Set(sharing.userIds))
      return members.filter(member => member.userId !== session.user.id)
    },
  )
  const toggle = (userId: string, isOn: boolean): void => {
    setChosen(current => new Set(isOn ? [...current, userId] : [...current].filter(other => other !== userId)))
  }

  async function save(): Promise<void> {
    const how = mode()
    setBusy(true)
    setFailure(undefined)
    try {
      const sharing: Sharing = how === 'members' ? { mode: how, userIds: [...chosen()] } : { mode: how }
      await props.organizations.share(props.workspace.id, sharing)
      props.onClose()
    } catch (cause) {
      setFailure({ title: 'Failed to update sharing', text: cause instanceof Error ? cause.message : '' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      title="Workspace sharing"
      size="sm"
      busy={isBusy()}
      failure={failure()}
      onClose={() => props.onClose()}
      onSubmit={() => void save()}
      footer={
        <DialogFooter>
          <Button disabled={isBusy()} onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="primary"
            busy={isBusy()}
            busyLabel="Saving..."
            disabled={loaded.data() === undefined || (mode() === 'members' && chosen().size === 0)}
          >
            Save
          </Button>
        </DialogFooter>
      }
    >
      <Switch fallback={<p class={styles.quiet}>Loading...</p>}>
        <Match when={loaded.data()}>
          {members => (
            <>
              <p class={styles.quiet}>Whoever you share it with sees the layout and what is in its tabs, and changes nothing.</p>
              <RadioGroup label="Shared with" hideLabel options={MODES} value={mode()} onChange={setMode} />
              <Show when={mode() === 'members'}>
                <div class={styles.members} role="group" aria-label="Members">
                  <For each={members()} fallback={<p class={styles.quiet}>Nobody else is in this organization yet.</p>}>
                    {member => (
                      <Checkbox
                        label={member.displayName || member.username}
                        checked={chosen().has(member.userId)}
                        onChange={isOn => toggle(member.userId, isOn)}
                      />
                    )}
                  </For>
                </div>
              </Show>
            </>
          )}
        </Match>
        <Match when={loaded.error()}>
          {error => (
            <ErrorPanel
              inline
              title="Failed to load sharing info"
              text={error().message}
              action={{ label: 'Retry', run: () => void loaded.refetch() }}
            />
          )}
        </Match>
      </Switch>
    </Dialog>
  )
}
