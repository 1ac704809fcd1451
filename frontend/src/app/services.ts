// The one typed context: every store and port a feature may use. Made once in `create-services.ts`.
import { type Accessor, createContext, useContext } from 'solid-js'
import type { LayoutEngine } from '../core/ports'
import type { AgentStore } from '../features/agent/agent-store'
import type { AgentStores } from '../features/agent/agent-stores'
import type { DraftStore } from '../features/composer/draft-store'
import type { DragEngine } from '../features/layout/drag/drag-engine'
import type { TileActions } from '../features/layout/tile-actions'
import type { ViewStore } from '../features/layout/view-store'
import type { OpenTabs } from '../features/new-tab/open-tabs'
import type { ToastStore } from '../features/notification/toast-store'
import type { PreferencesStore } from '../features/settings/preferences-store'
import type { TabKinds } from '../features/tab/tab-kind'
import type { TabsStore } from '../features/tab/tabs-store'
import type { RendererLeases } from '../features/terminal/renderer-leases'
import type { WorkerDirectory } from '../features/worker/worker-directory'
import type { CommandRegistry } from '../lib/keymap/command-registry'
import type { AppStorage } from '../lib/storage'
import type { WorkerClients } from '../rpc/ports'
import type { DialogStack } from './dialog-stack'
import type { PanelContribution } from './feature'
import type { AppSession } from './session-port'
import type { ShellStore } from './shell/shell-store'

export interface Services {
  /** User, organization, mode and limits. */
  readonly session: AppSession
  /** `services.workers.get(workerId).call(…)`. */
  readonly workers: WorkerClients
  /** Names, systems, shells and providers of the Workers, cached. */
  readonly workerDirectory: WorkerDirectory
  readonly layout: LayoutEngine
  /** What is local to this window: active tab per tile, focused tile. */
  readonly view: ViewStore
  /** Titles, states and unseen activity of all tabs. */
  readonly tabs: TabsStore
  /** Opens, closes and moves tabs: layout and Worker together. */
  readonly openTabs: OpenTabs
  readonly tabKinds: TabKinds
  /** The agent tabs that are open here: `createAgentStores({ workers, storage, showHidden: preferences.showHidden })`. */
  readonly agents: AgentStores
  /** The store of the active tab while that is an agent; else that of the tab before. */
  readonly activeAgent: Accessor<AgentStore | undefined>
  /** What is being written to each agent; `insert` adds a quote or a mention: `createDraftStore(storage)`. */
  readonly drafts: DraftStore
  /** Which terminals may draw with WebGL: `createRendererLeases(hasFastGpu)`. */
  readonly rendererLeases: RendererLeases
  readonly toasts: ToastStore
  readonly preferences: PreferencesStore
  readonly commands: CommandRegistry
  /** The keys of a command for tooltips and menus: "Ctrl+N"; undefined when it has none. Reactive. */
  shortcut(commandId: string): string | undefined
  /** Starts drags of tabs from anywhere. */
  readonly drag: DragEngine
  /** Split, close, move: what can be done to tiles and their tabs. */
  readonly tiles: TileActions
  /** Sidebars, drawers and whether this is a phone. */
  readonly shell: ShellStore
  readonly navigation: Navigation
  /** Sections of the sidebars, in order. */
  readonly panels: readonly PanelContribution[]
  /** Modal dialogs, newest on top. */
  readonly dialogs: DialogStack
  /** Browser storage with expiry, prefix `leapmux:`. */
  readonly storage: AppStorage
}

/** Where the user is; the router implements it. */
export interface Navigation {
  openWorkspace(workspaceId: string): void
  /** `/o/{slug}`: goes on to the last workspace when there is one. */
  openDashboard(): void
  /** `/o/{slug}/org`. */
  openOrganization(): void
  /** Another organization: a fresh page, with nothing of this one in memory. */
  switchOrganization(slug: string): void
}

export const ServicesContext = createContext<Services>()

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('useServices needs a ServicesContext above it')
  return services
}
