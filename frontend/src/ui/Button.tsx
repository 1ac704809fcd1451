// A button with a label: primary (one per view), default, quiet, danger.
import { type JSX, Show, splitProps } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import styles from './Button.module.css'
import type { IconType } from './icons'
import { Kbd } from './Kbd'
import { Spinner } from './Spinner'

export interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'classList' | 'disabled'> {
  readonly variant?: 'primary' | 'default' | 'quiet' | 'danger' | undefined
  readonly size?: 'xs' | 'sm' | 'md' | 'lg' | undefined
  readonly icon?: IconType | undefined
  readonly disabled?: boolean | undefined
  /** Says why it is disabled; the button then stays focusable so that the reason can be read. */
  readonly disabledReason?: string | undefined
  readonly busy?: boolean | undefined
  /** Shown instead of the label while busy: "Creating...". The width does not change. */
  readonly busyLabel?: string | undefined
  /** Drawn inside as a key hint. */
  readonly shortcut?: string | undefined
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, [
    'variant',
    'size',
    'icon',
    'disabled',
    'disabledReason',
    'busy',
    'busyLabel',
    'shortcut',
    'children',
    'onClick',
  ])
  const isBlocked = (): boolean => own.disabled === true || own.busy === true
  const isSoftlyDisabled = (): boolean => own.disabled === true && own.disabledReason !== undefined

  const onClick: JSX.EventHandler<HTMLButtonElement, MouseEvent> = event => {
    if (isBlocked()) {
      event.preventDefault()
      event.stopPropagation()
      return
    }
    if (typeof own.onClick === 'function') own.onClick(event)
  }

  return (
    <button
      type="button"
      {...rest}
      class={styles.button}
      data-variant={own.variant ?? 'default'}
      data-size={own.size ?? 'md'}
      data-busy={own.busy ? '' : undefined}
      disabled={isBlocked() && !isSoftlyDisabled()}
      aria-disabled={isSoftlyDisabled() ? 'true' : undefined}
      aria-busy={own.busy ? 'true' : undefined}
      data-tooltip={isSoftlyDisabled() ? own.disabledReason : undefined}
      onClick={onClick}
    >
      <Show when={own.busy} fallback={<Show when={own.icon}>{icon => <Dynamic component={icon()} size={15} />}</Show>}>
        <Spinner size={14} label="" />
      </Show>
      <span class={styles.labels}>
        <span class={styles.label} data-hidden={own.busy && own.busyLabel !== undefined ? '' : undefined}>
          {own.children}
        </span>
        <Show when={own.busyLabel !== undefined}>
          <span class={styles.label} data-hidden={own.busy ? undefined : ''}>
            {own.busyLabel}
          </span>
        </Show>
      </span>
      <Show when={own.shortcut}>{keys => <Kbd keys={keys()} />}</Show>
    </button>
  )
}
