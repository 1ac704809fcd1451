// The sections of one sidebar, each under a header that collapses it.
import { For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { ChevronRightIcon } from '../../ui/icons'
import type { PanelContribution } from '../feature'
import { useServices } from '../services'
import styles from './SidebarSections.module.css'

export function SidebarSections(props: { readonly panels: readonly PanelContribution[] }) {
  const { shell } = useServices()
  return (
    <div class={styles.sections}>
      <For each={props.panels}>
        {panel => (
          <section
            class={styles.section}
            aria-label={panel.title}
            data-grows={panel.grows && shell.isSectionOpen(panel.id) ? '' : undefined}
          >
            <header class={styles.header}>
              <button
                class={styles.toggle}
                type="button"
                aria-expanded={shell.isSectionOpen(panel.id)}
                onClick={() => shell.toggleSection(panel.id)}
              >
                <span class={styles.chevron} data-open={shell.isSectionOpen(panel.id) ? '' : undefined}>
                  <ChevronRightIcon size={13} />
                </span>
                <Dynamic component={panel.Icon} size={14} />
                <span class={styles.title}>{panel.title}</span>
              </button>
              <Show when={panel.Actions}>{Actions => <Dynamic component={Actions()} />}</Show>
            </header>
            <Show when={shell.isSectionOpen(panel.id)}>
              <div class={styles.content}>
                <Dynamic component={panel.Content} />
              </div>
            </Show>
          </section>
        )}
      </For>
    </div>
  )
}
