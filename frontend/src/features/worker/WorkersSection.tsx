// "Workers": each with the state of this window's channel to it, and what it says about itself.
import { For, Match, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import { ContextMenu, IconButton, Menu, type MenuEntry, Skeleton, StatusDot } from '../../ui'
import { EllipsisIcon } from '../../ui/icons'
import { connectionView } from './connection-view'
import styles from './WorkersSection.module.css'
import { workerDetails } from './worker-details'

function WorkerRow(props: { readonly workerId: string }) {
  const { workers, workerDirectory, toasts } = useServices()
  const worker = () => workers.get(props.workerId)
  const info = () => workerDirectory.info(props.workerId).data()
  const name = (): string => info()?.name ?? '—'
  const connection = () => connectionView(worker().state())

  function copy(): void {
    const details = workerDetails(props.workerId, info())
    void navigator.clipboard.writeText(JSON.stringify(details.json, null, 2)).then(
      () => toasts.show({ kind: 'success', text: 'Worker details copied' }),
      () => toasts.show({ kind: 'danger', text: 'The browser did not allow copying' }),
    )
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
    ...(worker().state().kind === 'connected'
      ? []
      : [{ type: 'separator' } as const, { label: 'Reconnect', run: () => worker().reconnect() }]),
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
