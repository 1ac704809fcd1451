// A square button with an icon; its name is its tooltip.
import { type JSX, Show, splitProps } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import styles from './IconButton.module.css'
import type { IconType } from './icons'
import { Spinner } from './Spinner'

export interface IconButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'classList'> {
  readonly icon: IconType
  /** Accessible name and tooltip. */
  readonly label: string
  /** Shown in the tooltip, in parentheses. */
  readonly shortcut?: string | undefined
  readonly size?: 'xs' | 'sm' | 'md' | undefined
  readonly iconSize?: number | undefined
  readonly busy?: boolean | undefined
  readonly tone?: 'default' | 'danger' | undefined
  /** Another tooltip than the label. */
  readonly tooltip?: string | undefined
}

export function IconButton(props: IconButtonProps) {
  const [own, rest] = splitProps(props, ['icon', 'label', 'shortcut', 'size', 'iconSize', 'busy', 'tone', 'tooltip', 'disabled'])
  return (
    <button
      type="button"
      {...rest}
      class={styles.button}
      data-size={own.size ?? 'sm'}
      data-tone={own.tone ?? 'default'}
      aria-label={own.label}
      aria-busy={own.busy ? 'true' : undefined}
      data-tooltip={own.tooltip ?? own.label}
      data-shortcut={own.shortcut}
      disabled={own.disabled === true || own.busy === true}
    >
      <Show when={own.busy} fallback={<Dynamic component={own.icon} size={own.iconSize ?? 15} />}>
        <Spinner size={14} label="" />
      </Show>
    </button>
  )
}
