// The toasts of the page, in one live region at the bottom.
import { For } from 'solid-js'
import { useServices } from '../../app/services'
import { Toast } from '../../ui'
import styles from './Toasts.module.css'

export function Toasts() {
  const { toasts } = useServices()
  const ids = (): readonly number[] => toasts.toasts().map(toast => toast.id)
  const byId = (id: number) => toasts.toasts().find(toast => toast.id === id)
  return (
    <section class={styles.toasts} aria-label="Notifications" aria-live="polite">
      <For each={ids()}>
        {id => (
          <Toast
            kind={byId(id)?.kind ?? 'info'}
            text={byId(id)?.text ?? ''}
            count={byId(id)?.count}
            sticky={byId(id)?.sticky}
            action={byId(id)?.action}
            onDismiss={() => toasts.dismiss(id)}
          />
        )}
      </For>
    </section>
  )
}
