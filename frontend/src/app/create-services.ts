// Assembles every store and port of the application, once, under one owner.
import { createComponent, createEffect, createMemo, lazy, onCleanup, untrack } from 'solid-js'
import { type AgentStore, type AgentStores, createAgentStores } from '../features/agent'
import { createDraftStore } from '../features/composer/draft-store'
import { createDragEngine, createTileActions, createViewStore, type ViewStore } from '../features/layout'
import { allTabs } from '../features/layout/tree'
import { createOpenTabs } from '../features/new-tab'
import { createToastStore } from '../features/notification'
import { createPreferencesStore } from '../features/settings'
import { createTabKinds, createTabsStore } from '../features/tab'
import { createRendererLeases, hasFastGpu } from '../features/terminal'
import { createWorkerDirectory, newDevice, watchNewDevices } from '../features/worker'
import { createCommandRegistry } from '../lib/keymap/command-registry'
import { createKeymap, type Keymap, keyPlatform } from '../lib/keymap/keymap'
import { createMemoryStorage, createStorage } from '../lib/storage'
import { browserStore, createMediaQuery, createViewportWidth } from '../platform/browser'
import { createDialogStack } from './dialog-stack'
import type { Feature } from './feature'
import type { Navigation, Services } from './services'
import type { AppSession } from './session-port'
import { createShellStore } from './shell/shell-store'

const CloseTileDialog = lazy(() => import('../features/layout/CloseTileDialog'))
const SWEEP_EVERY_MS = 60 * 60 * 1000

export interface Application {
  readonly services: Services
  readonly keymap: () => Keymap
}

export function createServices(session: AppSession, navigation: Navigation, features: readonly Feature[]): Application {
  const storage = createStorage(browserStore(() => localStorage, createMemoryStorage))
  const windowStorage = createStorage(browserStore(() => sessionStorage, createMemoryStorage))
  const sweeper = setInterval(() => storage.sweep(), SWEEP_EVERY_MS)
  storage.sweep()
  onCleanup(() => clearInterval(sweeper))

  const { layout, workers } = session
  const toasts = createToastStore()
  const dialogs = createDialogStack()
  const preferences = createPreferencesStore(storage, createMediaQuery('(prefers-color-scheme: dark)'))
  const view = createViewStore(layout, windowStorage)
  const watchedWorkers = createWatchedWorkers(session)
  const tabs = createTabsStore(workers, watchedWorkers, storage)
  const openTabs = createOpenTabs({ layout, workers, view, tabs, toasts, preferences })
  const agents = createAgentStores({ workers, storage, showHidden: preferences.showHidden })
  const commands = createCommandRegistry()
  const platform = keyPlatform(navigator.userAgent)
  const keymap = createMemo(() => createKeymap(commands.bindings(), platform))
  const tiles = createTileActions({
    layout,
    view,
    openTabs,
    tabs,
    toasts,
    askCloseTile: (leaf, onAnswer) =>
      void dialogs.show(onClose => createComponent(CloseTileDialog, { count: leaf.tabs.length, onAnswer, onClose })),
  })
  const shell = createShellStore(windowStorage, createViewportWidth())

  const services: Services = {
    session,
    workers,
    workerDirectory: createWorkerDirectory(workers, storage),
    layout,
    view,
    tabs,
    openTabs,
    agents,
    activeAgent: createActiveAgent(view, agents),
    drafts: createDraftStore(storage),
    rendererLeases: createRendererLeases(hasFastGpu),
    tabKinds: createTabKinds(features.flatMap(feature => feature.tabKinds ?? [])),
    toasts,
    preferences,
    commands,
    shortcut: commandId => keymap().firstShortcut(commandId),
    drag: createDragEngine((tabId, target) => tiles.moveTab(tabId, target.tileId, target.before)),
    tiles,
    shell,
    navigation,
    dialogs,
    storage,
    panels: features.flatMap(feature => feature.panels ?? []),
  }
  for (const feature of features) {
    commands.register(feature.commands?.(services) ?? [])
    commands.bind(feature.bindings ?? [])
  }
  watchNewDevices({
    workers,
    workerIds: watchedWorkers,
    storage,
    tell: (workerId, words) => {
      const worker = services.workerDirectory.name(workerId) ?? 'this worker'
      toasts.show({ kind: 'warning', text: newDevice(worker, words), sticky: true })
    },
  })
  const stopRefusals = layout.onRefused(text => toasts.show({ kind: 'danger', text }))
  onCleanup(stopRefusals)
  createEffect(() => dressPage(preferences.density(), preferences.resolvedTheme(), preferences))
  return { services, keymap }
}

/** The Workers that host a tab of any workspace, and the one that runs beside the Hub: a channel opens when there is use for it. */
function createWatchedWorkers({ layout, workerList }: AppSession) {
  return createMemo<readonly string[]>(
    () => {
      const hosting = (layout.workspaces() ?? []).flatMap(({ id }) => {
        const workspace = layout.workspace(id)
        return workspace ? allTabs(workspace).map(tab => tab.workerId) : []
      })
      const local = (workerList.workers() ?? []).filter(worker => worker.local).map(worker => worker.id)
      return [...new Set([...local, ...hosting])].toSorted()
    },
    [],
    { equals: (a, b) => a.length === b.length && a.every((id, index) => id === b[index]) },
  )
}

/** Follows the tab the user is in; the store is shared with its pane. */
function createActiveAgent(view: ViewStore, agents: AgentStores) {
  const tab = createMemo(() => (view.contextTab()?.kind === 'agent' ? view.contextTab() : undefined), undefined, {
    equals: (a, b) => a?.id === b?.id,
  })
  return createMemo<AgentStore | undefined>(() => {
    const active = tab()
    if (!active) return undefined
    const store = untrack(() => agents.acquire(active.workerId, active.id))
    onCleanup(() => agents.release(active.id))
    return store
  })
}

function dressPage(density: string, theme: string, fonts: Services['preferences']): void {
  const root = document.documentElement
  root.dataset.theme = theme
  root.dataset.density = density
  root.style.setProperty('--font-ui', fonts.uiFontStack())
  root.style.setProperty('--font-mono', fonts.monoFontStack())
}
