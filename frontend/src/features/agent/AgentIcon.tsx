// The sign of an agent tab: the first letter of its provider, or a plain robot while that is unknown.
import { Show } from 'solid-js'
import { BotIcon } from '../../ui/icons'
import type { TabInfo } from '../tab'
import styles from './AgentIcon.module.css'

export function AgentIcon(props: { readonly tab: TabInfo | undefined; readonly size?: number }) {
  const size = () => props.size ?? 16
  const letter = () => props.tab?.provider.charAt(0).toUpperCase() ?? ''
  return (
    <Show when={letter() !== ''} fallback={<BotIcon size={size()} />}>
      <svg class={styles.icon} width={size()} height={size()} viewBox="0 0 16 16" aria-hidden="true">
        <rect x="1" y="1" width="14" height="14" rx="4" class={styles.frame} />
        <text x="8" y="11.5" text-anchor="middle" class={styles.letter}>
          {letter()}
        </text>
      </svg>
    </Show>
  )
}
