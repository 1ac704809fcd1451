// A sidebar of the phone: over the content, closed by a tap beside it or Escape.
import { onCleanup, onMount, Show } from 'solid-js'
import { IconButton } from '../../ui'
import { XIcon } from '../../ui/icons'
import type { PanelContribution } from '../feature'
import { useServices } from '../services'
import styles from './Drawer.module.css'
import { SidebarSections } from './SidebarSections'
import type { Side } from './sidebar-model'

function OpenDrawer(props: { readonly side: Side; readonly label: string; readonly panels: readonly PanelContribution[] }) {
  const { shell } = useServices()
  const opener = document.activeElement
  let panel!: HTMLElement
  onMount(() => panel.querySelector<HTMLElement>('button')?.focus())
  onCleanup(() => opener instanceof HTMLElement && opener.focus())
  return (
    <>
      <div class={styles.scrim} onClick={() => shell.closeDrawer()} />
      <aside
        ref={panel}
        class={styles.drawer}
        data-side={props.side}
        aria-label={props.label}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          shell.closeDrawer()
        }}
      >
        <div class={styles.head}>
          <IconButton icon={XIcon} size="md" label="Close sidebar" onClick={() => shell.closeDrawer()} />
        </div>
        <SidebarSections panels={props.panels} />
      </aside>
    </>
  )
}

export function Drawer(props: { readonly side: Side; readonly label: string; readonly panels: readonly PanelContribution[] }) {
  const { shell } = useServices()
  return (
    <Show when={shell.drawer() === props.side}>
      <OpenDrawer side={props.side} label={props.label} panels={props.panels} />
    </Show>
  )
}
