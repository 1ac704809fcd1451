// The icon of a tab: its kind's, with a plain one while the kind is not registered.
import { Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useServices } from '../../app/services'
import type { TabKind } from '../../core/ports'
import { BotIcon, FileIcon, TerminalIcon } from '../../ui/icons'

export function TabIcon(props: { readonly kind: TabKind; readonly tabId: string; readonly size?: number }) {
  const { tabKinds, tabs } = useServices()
  const size = (): number => props.size ?? 15
  return (
    <Show
      when={tabKinds.get(props.kind)}
      fallback={
        <Switch>
          <Match when={props.kind === 'agent'}>
            <BotIcon size={size()} />
          </Match>
          <Match when={props.kind === 'terminal'}>
            <TerminalIcon size={size()} />
          </Match>
          <Match when={props.kind === 'file'}>
            <FileIcon size={size()} />
          </Match>
        </Switch>
      }
    >
      {kind => <Dynamic component={kind().Icon} tab={tabs.get(props.tabId)} size={size()} />}
    </Show>
  )
}
