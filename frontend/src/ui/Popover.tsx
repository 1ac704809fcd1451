// A small surface anchored to a button, for content that is not a menu.
import { Popover as KPopover } from '@kobalte/core/popover'
import type { Component, ComponentProps, JSX } from 'solid-js'
import styles from './Popover.module.css'

export interface PopoverProps {
  /** Accessible name of the surface. */
  readonly label: string
  readonly trigger: Component<ComponentProps<'button'>>
  readonly children: JSX.Element
  readonly placement?: 'bottom-start' | 'bottom-end' | 'top-start' | 'top-end' | undefined
  readonly open?: boolean | undefined
  readonly onOpenChange?: ((isOpen: boolean) => void) | undefined
}

export function Popover(props: PopoverProps) {
  const controlled = () => (props.open === undefined ? {} : { open: props.open })
  return (
    <KPopover
      {...controlled()}
      onOpenChange={isOpen => props.onOpenChange?.(isOpen)}
      placement={props.placement ?? 'bottom-start'}
      gutter={6}
    >
      <KPopover.Trigger as={props.trigger} />
      <KPopover.Portal>
        <KPopover.Content class={styles.popover} aria-label={props.label}>
          {props.children}
        </KPopover.Content>
      </KPopover.Portal>
    </KPopover>
  )
}
