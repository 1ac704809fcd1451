// A state as a small sign. Shape and motion carry it as well as colour, so it survives greyscale.
import styles from './StatusDot.module.css'

export type Status = 'running' | 'waiting' | 'done' | 'failed' | 'offline' | 'unread' | 'connecting'

const LABEL: Record<Status, string> = {
  running: 'Working',
  waiting: 'Needs your answer',
  done: 'Finished',
  failed: 'Failed',
  offline: 'Offline',
  unread: 'New activity',
  connecting: 'Connecting',
}

export function StatusDot(props: { readonly status: Status; readonly label?: string | undefined }) {
  return <span class={styles.dot} data-status={props.status} role="img" aria-label={props.label ?? LABEL[props.status]} />
}
