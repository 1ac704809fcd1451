// The sign of an agent tab: its provider's, or a plain robot while that is unknown.
import { Show } from 'solid-js'
import { useServices } from '../../app/services'
import { BotIcon } from '../../ui/icons'
import { ProviderIcon } from '../new-tab/ProviderIcon'
import type { TabInfo } from '../tab'

export function AgentIcon(props: { readonly tab: TabInfo | undefined; readonly size?: number }) {
  const { workerDirectory } = useServices()
  const size = () => props.size ?? 16
  const label = () => {
    const tab = props.tab
    if (tab === undefined || tab.provider === '') return undefined
    return workerDirectory.provider(tab.workerId, tab.provider)?.label ?? tab.provider
  }
  return (
    <Show when={label()} fallback={<BotIcon size={size()} />}>
      {known => <ProviderIcon label={known()} size={size()} />}
    </Show>
  )
}
