// One toast. It leaves after a while, waits while the pointer or focus is on it; errors and what is sticky stay.
import { createEffect, createSignal, onCleanup, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { Button } from './Button'
import { IconButton } from './IconButton'
import { CircleAlertIcon, CircleCheckIcon, InfoIcon, TriangleAlertIcon, XIcon } from './icons'
import styles from './Toast.module.css'

const SHOWN_MS = 6000
const ICONS = { info: InfoIcon, success: CircleCheckIcon, warning: TriangleAlertIcon, danger: CircleAlertIcon }

export interface ToastProps {
  readonly kind: keyof typeof ICONS
  readonly text: string
  readonly count?: number | undefined
  /** Stays until it is dismissed; errors always do. */
  readonly sticky?: boolean | undefined
  readonly action?: { readonly label: string; run(): void } | undefined
  readonly onDismiss: () => void
}

export function Toast(props: ToastProps) {
  const [isHeld, setHeld] = createSignal(false)
  createEffect(() => {
    // A repeated message starts its time again.
    void props.count
    if (props.kind === 'danger' || props.sticky === true || isHeld()) return
    const timer = setTimeout(() => props.onDismiss(), SHOWN_MS)
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <div
      class={styles.toast}
      data-kind={props.kind}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <Dynamic component={ICONS[props.kind]} size={16} class={styles.icon} />
      <p class={styles.text}>
        {props.text}
        <Show when={(props.count ?? 1) > 1}>
          <span class={styles.count}> ×{props.count}</span>
        </Show>
      </p>
      <Show when={props.action}>
        {action => (
          <Button size="xs" variant="quiet" onClick={() => action().run()}>
            {action().label}
          </Button>
        )}
      </Show>
      <IconButton icon={XIcon} label="Dismiss" size="xs" iconSize={14} onClick={() => props.onDismiss()} />
    </div>
  )
}
