// The line at the bottom: encryption and the Worker of the active tab, its directory, trouble with the Hub.
import { Show } from 'solid-js'
import { LockIcon, LockOpenIcon, WifiOffIcon } from '../../ui/icons'
import { useServices } from '../services'
import { channelStatus } from './connection-status'
import styles from './StatusBar.module.css'

export function StatusBar(props: { readonly reconnecting: string | undefined; readonly now: number }) {
  const { view, workers, workerDirectory, tabs, session } = useServices()
  const workerId = (): string | undefined =>
    view.activeTab()?.workerId ?? session.workerList.workers()?.find(worker => worker.local)?.id
  const channel = () => {
    const id = workerId()
    return id === undefined
      ? undefined
      : channelStatus(workers.get(id).state(), workerDirectory.name(id) ?? 'the Worker', props.now)
  }
  const directory = (): string | undefined => {
    const tab = view.activeTab()
    return (tab && tabs.get(tab.id)?.workingDir) || undefined
  }
  return (
    <footer class={styles.bar} data-region="status" data-trouble={props.reconnecting === undefined ? undefined : ''}>
      <Show when={props.reconnecting}>
        {text => (
          <span class={styles.item}>
            <WifiOffIcon size={13} />
            {text()}
          </span>
        )}
      </Show>
      <Show when={channel()}>
        {status => (
          <span
            class={styles.item}
            data-tooltip={status().isEncrypted ? 'End-to-end encrypted between this page and the Worker' : undefined}
          >
            <Show when={status().isEncrypted} fallback={<LockOpenIcon size={13} />}>
              <LockIcon size={13} />
            </Show>
            {status().text}
          </span>
        )}
      </Show>
      <span class={styles.spacer} />
      <Show when={directory()}>
        {path => (
          <span class={styles.path} data-tooltip-clipped="">
            {path()}
          </span>
        )}
      </Show>
    </footer>
  )
}
