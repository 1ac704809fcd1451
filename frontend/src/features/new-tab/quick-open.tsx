// Opening without a dialog: with the Worker and directory of the active tab; the dialog when something is unknown.
import { lazy } from 'solid-js'
import type { Services } from '../../app/services'
import type { TabTarget } from './open-tabs'

const NewAgentDialog = lazy(() => import('./NewAgentDialog'))
const NewTerminalDialog = lazy(() => import('./NewTerminalDialog'))

/** The focused tile of the shown workspace, or the given one; undefined when nothing can be opened there. */
export function targetOf({ view }: Services, tileId?: string): TabTarget | undefined {
  const workspace = view.workspace()
  const tile = tileId ?? view.focusedTile()?.id
  return workspace?.editable && tile !== undefined ? { workspaceId: workspace.id, tileId: tile } : undefined
}

export function showNewAgent(services: Services, tileId?: string, provider?: string): void {
  const target = targetOf(services, tileId)
  if (target) services.dialogs.show(close => <NewAgentDialog target={target} provider={provider} onClose={close} />)
}

export function showNewTerminal(services: Services, tileId?: string): void {
  const target = targetOf(services, tileId)
  if (target) services.dialogs.show(close => <NewTerminalDialog target={target} onClose={close} />)
}

function failed({ toasts }: Services, text: string, cause: unknown): void {
  const reason = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : ''
  toasts.show({ kind: 'danger', text: text + reason })
}

/** `provider` undefined: that of the active tab, else the most recent one. */
export function openAgent(services: Services, tileId?: string, provider?: string): void {
  const target = targetOf(services, tileId)
  const context = services.openTabs.context()
  if (!target) return
  if (!context || context.workingDir === '') return showNewAgent(services, tileId, provider)
  const usable = services.workerDirectory.usableProviders(context.workerId)?.filter(each => each.problem === '') ?? []
  const wanted = [provider, context.provider, ...services.preferences.recentProviders()]
  const chosen = wanted.find(id => id !== undefined && usable.some(each => each.id === id)) ?? usable[0]?.id
  if (chosen === undefined) return showNewAgent(services, tileId)
  services.openTabs
    .agent(target, { workerId: context.workerId, provider: chosen, workingDir: context.workingDir })
    .catch((cause: unknown) => failed(services, 'Failed to open agent', cause))
}

export function openTerminal(services: Services, tileId?: string, shell?: string): void {
  const target = targetOf(services, tileId)
  const context = services.openTabs.context()
  if (!target) return
  if (!context || context.workingDir === '') return showNewTerminal(services, tileId)
  services.openTabs
    .terminal(target, { workerId: context.workerId, workingDir: context.workingDir, ...(shell !== undefined && { shell }) })
    .catch((cause: unknown) => failed(services, 'Failed to open terminal', cause))
}
