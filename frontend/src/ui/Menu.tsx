// A button that opens a menu.
import { DropdownMenu as KMenu } from '@kobalte/core/dropdown-menu'
import type { Component, ComponentProps } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import styles from './Menu.module.css'
import { MenuEntries } from './MenuEntries'
import { createChoice } from './menu-choice'
import type { MenuEntry } from './menu-entry'

export type { MenuEntry, MenuItem } from './menu-entry'

export interface MenuProps {
  /** Read when the menu opens. */
  readonly entries: () => readonly MenuEntry[]
  /** Draws the trigger; spread the given props on one button. */
  readonly trigger: Component<ComponentProps<'button'>>
  readonly align?: 'start' | 'end' | undefined
  readonly onOpenChange?: ((isOpen: boolean) => void) | undefined
}

export function Menu(props: MenuProps) {
  const [isOpen, setOpen] = createSignal(false)
  const choice = createChoice()
  return (
    <KMenu
      open={isOpen()}
      onOpenChange={open => {
        setOpen(open)
        props.onOpenChange?.(open)
      }}
      placement={props.align === 'end' ? 'bottom-end' : 'bottom-start'}
      gutter={4}
      modal={false}
      preventScroll={false}
    >
      <KMenu.Trigger as={props.trigger} />
      <KMenu.Portal>
        <KMenu.Content class={styles.menu} onCloseAutoFocus={choice.run}>
          <Show when={isOpen()}>
            <MenuEntries entries={props.entries()} onChoose={choice.choose} />
          </Show>
        </KMenu.Content>
      </KMenu.Portal>
    </KMenu>
  )
}
