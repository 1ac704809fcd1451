// "Workers": each with the state of this window's channel to it, and what it says about itself.
import { For, lazy, Match, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import { ContextMenu, IconButton, Menu, type MenuEntry, Skeleton, StatusDot } from '../../ui'
import { EllipsisIcon, PlusIcon } from '../../ui/icons'
import { connectionView } from './connection-view'
import styles from './WorkersSection.module.css'
import { workerDetails } from './worker-details'

const DeregisterWorkerDialog = lazy(() => import('./DeregisterWorkerDialog'))

/** "+" of the section; nothing in solo mode, where the one Worker is there. */
export function RegisterWorkerButton() {
  const { session, commands } = useServices()
  return (
    <Show when={session.registration}>
      <IconButton icon={PlusIcon} label="Register worker" size="xs" onClick={() => commands.run('app.registerWorker')} />
    </Show>
  )
}

function WorkerRow(props: { readonly workerId: string }) {
  const { session, workers, workerDirectory, toasts, dialogs } = useServices()
  const worker = () => workers.get(props.workerId)
  const listed = () => session.workerList.workers()?.find(each => each.id === props.workerId)
  const isOnline = (): boolean => listed()?.online !== false
  /** Asking opens a channel: only where somebody answers. */
  const info = () => (isOnline() ? workerDirectory.info(props.workerId).data() : undefined)
  const name = (): string => info()?.name ?? workerDirectory.lastName(props.workerId) ?? '—'
  const connection = () => connectionView(worker().state(), isOnline())

  function copy(): void {
    const details = workerDetails(props.workerId, info())
    void navigator.clipboard.writeText(JSON.stringify(details.json, null, 2)).then(
      () => toasts.show({ kind: 'success', text: 'Worker details copied' }),
      () => toasts.show({ kind: 'danger', text: 'The browser did not allow copying' }),
    )
  }
  /** For its owner, unless it runs in the Hub's own process. */
  const farewell = (): readonly MenuEntry[] => {
    const { registration } = session
    const known = listed()
    if (!registration || !known || known.local || known.ownerUserId !== session.user.id) return []
    const ask = (close: () => void) => (
      <DeregisterWorkerDialog
        registration={registration}
        workerId={known.id}
        name={name() === '—' ? known.id : name()}
        onClose={close}
      />
    )
    return [{ type: 'separator' }, { label: 'Deregister...', tone: 'danger', run: () => void dialogs.show(ask) }]
  }
  const entries = (): readonly MenuEntry[] => [
    {
      type: 'info',
      label: 'Copy worker details',
      run: copy,
      render: () => (
        <>
          <dl class={styles.details}>
            <For each={workerDetails(props.workerId, info()).rows}>
              {row => (
                <>
                  <dt>{row.label}</dt>
                  <dd>{row.value}</dd>
                </>
              )}
            </For>
          </dl>
          <p class={styles.hint}>Click to copy</p>
        </>
      ),
    },
    ...(worker().state().kind === 'connected' || !isOnline()
      ? []
      : [{ type: 'separator' } as const, { label: 'Reconnect', run: () => worker().reconnect() }]),
    ...farewell(),
  ]

  return (
    <li class={styles.row} data-worker={props.workerId}>
      <ContextMenu entries={entries}>
        <StatusDot status={connection().status} label={connection().label} />
        <span class={styles.name} data-tooltip-clipped="">
          {name()}
        </span>
        <Show when={connection().note}>{note => <span class={styles.note}>{note()}</span>}</Show>
        <Menu
          align="end"
          entries={entries}
          trigger={trigger => (
            <IconButton {...trigger} icon={EllipsisIcon} size="xs" label={`Worker menu of ${name()}`} tooltip="More" />
          )}
        />
      </ContextMenu>
    </li>
  )
}

export function WorkersSection() {
  const { session } = useServices()
  return (
    <Switch>
      <Match when={session.workerList.workers() === undefined}>
        <div class={styles.loading}>
          <Skeleton widths={['55%']} />
        </div>
      </Match>
      <Match when={session.workerList.workers()?.length === 0}>
        <p class={styles.empty}>No workers</p>
      </Match>
      <Match when={true}>
        <ul class={styles.list}>
          <For each={(session.workerList.workers() ?? []).map(worker => worker.id)}>{id => <WorkerRow workerId={id} />}</For>
        </ul>
      </Match>
    </Switch>
  )
}
