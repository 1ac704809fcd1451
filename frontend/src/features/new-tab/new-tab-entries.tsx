// The "More options" menu of a tab bar (spec LAY-32).
import type { Services } from '../../app/services'
import type { MenuEntry } from '../../ui'
import { BotIcon, TerminalIcon } from '../../ui/icons'
import { ProviderIcon } from './ProviderIcon'
import { openAgent, openTerminal, showNewAgent, showNewTerminal } from './quick-open'

/** The Worker whose providers and shells are offered: that of the active tab, else the first that is online. */
export function contextWorker({ openTabs, session }: Services): string | undefined {
  return openTabs.context()?.workerId ?? session.workerList.workers()?.find(worker => worker.online)?.id
}

export function newTabEntries(services: Services, tileId: string): readonly MenuEntry[] {
  const { workerDirectory, preferences, shortcut } = services
  const workerId = contextWorker(services)
  const providers = workerId === undefined ? [] : (workerDirectory.usableProviders(workerId) ?? [])
  const shells = workerId === undefined ? undefined : workerDirectory.shells(workerId).data()
  const hasContext = services.openTabs.context() !== undefined
  return [
    {
      type: 'group',
      label: 'Agents',
      entries: [
        ...providers.map(
          (provider): MenuEntry => ({
            label: provider.label,
            graphic: () => <ProviderIcon label={provider.label} size={14} />,
            disabled: provider.problem !== '',
            run: () => openAgent(services, tileId, provider.id),
          }),
        ),
        {
          label: 'New agent...',
          icon: BotIcon,
          shortcut: shortcut('app.newAgentDialog'),
          run: () => showNewAgent(services, tileId),
        },
      ],
    },
    {
      type: 'group',
      label: 'Terminals',
      entries: [
        {
          label: 'New terminal...',
          icon: TerminalIcon,
          shortcut: shortcut('app.newTerminalDialog'),
          run: () => showNewTerminal(services, tileId),
        },
        ...(hasContext ? (shells?.shells ?? []) : []).map(
          (path): MenuEntry => ({
            label: path,
            code: true,
            note: path === shells?.defaultShell ? '(default)' : undefined,
            run: () => openTerminal(services, tileId, path),
          }),
        ),
      ],
    },
    {
      type: 'group',
      label: 'Advanced',
      entries: [
        {
          label: 'Expand agent thoughts',
          checked: preferences.expandThinking(),
          run: () => preferences.set({ expandThinking: !preferences.expandThinking() }),
        },
        {
          label: 'Show hidden messages',
          checked: preferences.showHidden(),
          run: () => preferences.set({ showHidden: !preferences.showHidden() }),
        },
      ],
    },
  ]
}
