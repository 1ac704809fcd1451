// "Register worker": the command that makes a machine a Worker, good while this is open; then the Worker that came (spec UIM-214,
// UIM-215).
import { createSignal, Match, onCleanup, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import type { WorkerRegistration } from '../../app/session-port'
import { onWake } from '../../lib/retry'
import { Button, Dialog, DialogFooter, ErrorPanel, Spinner } from '../../ui'
import { CheckIcon, CircleCheckIcon, CopyIcon, LockIcon, TriangleAlertIcon } from '../../ui/icons'
import styles from './RegisterWorkerDialog.module.css'
import { createRegistrationStore } from './registration-store'

const COPIED_MS = 2000

/** Takes the focus of a button that gave way to this one: a dialog without it does not hear Escape. */
function inheritFocus(button: HTMLButtonElement): void {
  queueMicrotask(() => {
    if (document.activeElement === document.body) button.focus()
  })
}

export default function RegisterWorkerDialog(props: { readonly registration: WorkerRegistration; readonly onClose: () => void }) {
  const { session, toasts } = useServices()
  const store = createRegistrationStore({
    registration: props.registration,
    workers: session.workerList.workers,
    onWake,
  })
  const [isCopied, setCopied] = createSignal(false)
  let forget: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(forget))

  const command = (): string | undefined => {
    const state = store.state()
    return state.kind === 'open' ? state.command : undefined
  }
  const registered = () => {
    const state = store.state()
    return state.kind === 'registered' ? state : undefined
  }
  const failure = (): string | undefined => {
    const state = store.state()
    if (state.kind === 'expired') return 'This registration key has expired.'
    return state.kind === 'failed' ? `Failed to create registration key: ${state.text}` : undefined
  }

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(command() ?? '')
    } catch {
      toasts.show({ kind: 'danger', text: 'The browser did not allow copying' })
      return
    }
    setCopied(true)
    clearTimeout(forget)
    forget = setTimeout(() => setCopied(false), COPIED_MS)
  }

  return (
    <Dialog
      title="Register worker"
      onClose={() => props.onClose()}
      initialFocus="[data-first]"
      footer={
        <DialogFooter>
          <Show
            when={registered()}
            fallback={
              <>
                <Button ref={inheritFocus} data-first="" onClick={() => props.onClose()}>
                  Cancel
                </Button>
                <Button
                  variant="primary"
                  icon={isCopied() ? CheckIcon : CopyIcon}
                  disabled={command() === undefined}
                  onClick={() => void copy()}
                >
                  {isCopied() ? 'Copied' : 'Copy command'}
                </Button>
              </>
            }
          >
            <Button onClick={() => void store.mint()}>Register another</Button>
            <Button ref={inheritFocus} variant="primary" onClick={() => props.onClose()}>
              Close
            </Button>
          </Show>
        </DialogFooter>
      }
    >
      <Switch>
        <Match when={registered()}>{state => <Registered workerId={state().workerId} identity={state().identity} />}</Match>
        <Match when={failure()}>
          {text => <ErrorPanel inline title={text()} action={{ label: 'Generate a new key', run: () => void store.mint() }} />}
        </Match>
        <Match when={true}>
          <p>Run this command on the machine that should become a Worker.</p>
          <Show
            when={command()}
            fallback={
              <p class={styles.waiting}>
                <Spinner size={14} label="" /> Generating registration key…
              </p>
            }
          >
            {text => (
              <pre class={styles.command} tabindex={0} role="group" aria-label="Command">
                <code>{text()}</code>
              </pre>
            )}
          </Show>
          <p class={styles.note}>
            This registration key is only valid while this dialog stays open. If you close the dialog, the key is destroyed and
            you'll need to start over.
          </p>
        </Match>
      </Switch>
    </Dialog>
  )
}

function Registered(props: { readonly workerId: string; readonly identity: 'checking' | 'confirmed' | 'unconfirmed' }) {
  const { workerDirectory } = useServices()
  const name = (): string | undefined => (props.identity === 'confirmed' ? workerDirectory.name(props.workerId) : undefined)
  return (
    <>
      <div class={styles.registered} role="status">
        <CircleCheckIcon size={20} class={styles.done} />
        <p class={styles.title}>Worker registered</p>
        <Show when={name()}>{text => <p class={styles.name}>{text()}</p>}</Show>
      </div>
      <Switch>
        <Match when={props.identity === 'checking'}>
          <p class={styles.waiting}>
            <Spinner size={14} label="" /> Waiting for it to connect…
          </p>
        </Match>
        <Match when={props.identity === 'confirmed'}>
          <p class={styles.fact}>
            <LockIcon size={15} />
            Identity confirmed: it is the machine you gave the command to.
          </p>
        </Match>
        <Match when={true}>
          <div class={styles.warning} role="alert">
            <TriangleAlertIcon size={18} />
            <p>
              This Worker did not prove that it was given this command. Someone in between may have taken its place: compare its
              key on the machine itself before you use it.
            </p>
          </div>
        </Match>
      </Switch>
    </>
  )
}
