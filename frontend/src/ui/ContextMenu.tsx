// A menu on right click, long press or the menu key, over whatever it wraps.
import { ContextMenu as KMenu } from '@kobalte/core/context-menu'
import { createSignal, type JSX, Show } from 'solid-js'
import styles from './Menu.module.css'
import { MenuEntries } from './MenuEntries'
import { createChoice } from './menu-choice'
import type { MenuEntry } from './menu-entry'

export function ContextMenu(props: {
  readonly entries: () => readonly MenuEntry[]
  readonly disabled?: boolean
  readonly children: JSX.Element
}) {
  const [isOpen, setOpen] = createSignal(false)
  const choice = createChoice()
  return (
    <KMenu modal={false} preventScroll={false} onOpenChange={setOpen}>
      <KMenu.Trigger as="div" class={styles.contextTrigger} disabled={props.disabled === true}>
        {props.children}
      </KMenu.Trigger>
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
