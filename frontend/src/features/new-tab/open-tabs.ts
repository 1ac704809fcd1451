// Opening and closing tabs: the Worker starts or ends the process, the layout shows or drops the tab.
import { type Accessor, createSignal } from 'solid-js'
import type { LayoutEngine, TabKind, TabView } from '../../core/ports'
import { type WorkerClients, WorkerError } from '../../rpc/ports'
import type { ViewStore } from '../layout/view-store'
import type { ToastStore } from '../notification/toast-store'
import type { PreferencesStore } from '../settings/preferences-store'
import { closeTab } from '../tab/tab-api'
import type { TabsStore } from '../tab/tabs-store'
import { openAgent, openTerminal } from './new-tab-api'

/** A terminal starts at this size until its view has measured itself (spec TRM-17). */
const INITIAL_COLS = 80
const INITIAL_ROWS = 25
const MAX_RECENT_PROVIDERS = 8

export interface TabTarget {
  readonly workspaceId: string
  /** The tile the tab goes to; at its end. */
  readonly tileId: string
}
export interface OpenAgentOptions {
  readonly workerId: string
  readonly provider: string
  readonly workingDir: string
  readonly resumeSessionId?: string
}
export interface OpenTerminalOptions {
  readonly workerId: string
  readonly workingDir: string
  /** Empty: the Worker's default. */
  readonly shell?: string
}

export interface OpenTabs {
  /** Opens, places and activates; answers the tab's id. Rejects with the Worker's error. */
  agent(target: TabTarget, options: OpenAgentOptions): Promise<string>
  terminal(target: TabTarget, options: OpenTerminalOptions): Promise<string>
  /** Kinds with an open call under way (spec LAY-59). */
  isOpening(kind: TabKind): boolean
  /** Closes on the Worker and in the layout; never rejects, failures become toasts. Resolves when the tab is gone. */
  close(workspaceId: string, tab: TabView): Promise<void>
  /** Worker and directory of the active tab, where known: what a quick open starts from. */
  readonly context: Accessor<{ readonly workerId: string; readonly workingDir: string; readonly provider: string } | undefined>
}

export interface OpenTabsPorts {
  readonly layout: LayoutEngine
  readonly workers: WorkerClients
  readonly view: ViewStore
  readonly tabs: TabsStore
  readonly toasts: ToastStore
  readonly preferences: PreferencesStore
}

/** Codes that mean "there was nothing to close" or "nobody to ask". */
const GONE = new Set(['not_found'])
const UNREACHABLE = new Set(['channel_lost', 'unavailable', 'worker_offline', 'deadline_exceeded', 'timeout'])

export function createOpenTabs(ports: OpenTabsPorts): OpenTabs {
  const { layout, workers, view, tabs, toasts, preferences } = ports
  const [opening, setOpening] = createSignal<Readonly<Record<TabKind, number>>>({ agent: 0, terminal: 0, file: 0 })

  async function whileOpening<T>(kind: TabKind, work: () => Promise<T>): Promise<T> {
    setOpening(counts => ({ ...counts, [kind]: counts[kind] + 1 }))
    try {
      return await work()
    } finally {
      setOpening(counts => ({ ...counts, [kind]: counts[kind] - 1 }))
    }
  }
  function place(target: TabTarget, tab: { id: string; kind: TabKind; workerId: string }): void {
    layout.commands.addTab(target.workspaceId, tab, { tileId: target.tileId })
    view.activate(target.workspaceId, tab.id)
    view.requestFocus()
  }
  function remember(provider: string): void {
    const others = preferences.recentProviders().filter(id => id !== provider)
    preferences.set({ recentProviders: [provider, ...others].slice(0, MAX_RECENT_PROVIDERS) })
  }

  return {
    agent: (target, options) =>
      whileOpening('agent', async () => {
        const id = layout.newTabId()
        const { workerId, provider } = options
        const answer = await workers.get(workerId).call(openAgent, {
          tabId: id,
          workspaceId: target.workspaceId,
          provider,
          workingDir: options.workingDir,
          resumeSessionId: options.resumeSessionId ?? '',
        })
        remember(provider)
        tabs.put({
          ...emptyTab(id, workerId, target.workspaceId),
          kind: 'agent',
          title: answer.title,
          provider,
          workingDir: answer.workingDir,
          ...tabs.get(id),
        })
        place(target, { id, kind: 'agent', workerId })
        return id
      }),
    terminal: (target, options) =>
      whileOpening('terminal', async () => {
        const id = layout.newTabId()
        const { workerId } = options
        const answer = await workers.get(workerId).call(openTerminal, {
          tabId: id,
          workspaceId: target.workspaceId,
          shell: options.shell ?? '',
          workingDir: options.workingDir,
          cols: INITIAL_COLS,
          rows: INITIAL_ROWS,
        })
        tabs.put({
          ...emptyTab(id, workerId, target.workspaceId),
          kind: 'terminal',
          title: answer.title,
          shell: answer.shell,
          workingDir: answer.workingDir,
          ...tabs.get(id),
        })
        place(target, { id, kind: 'terminal', workerId })
        return id
      }),
    isOpening: kind => opening()[kind] > 0,
    async close(workspaceId, tab) {
      if (tabs.isClosing(tab.id)) return
      tabs.setClosing(tab.id, true)
      try {
        if (tab.kind !== 'file') await workers.get(tab.workerId).call(closeTab, { tabId: tab.id })
        layout.commands.removeTab(workspaceId, tab.id)
      } catch (cause) {
        const code = cause instanceof WorkerError ? cause.code : ''
        if (GONE.has(code) || UNREACHABLE.has(code)) {
          if (UNREACHABLE.has(code)) {
            toasts.show({ kind: 'warning', text: 'Worker is unreachable; removing the tab without closing it.' })
          }
          layout.commands.removeTab(workspaceId, tab.id)
        } else {
          toasts.show({ kind: 'danger', text: `Failed to close ${tab.kind}` })
        }
      } finally {
        tabs.setClosing(tab.id, false)
      }
    },
    context: () => {
      const tab = view.contextTab()
      const info = tab && tabs.get(tab.id)
      return tab && info && { workerId: tab.workerId, workingDir: info.workingDir, provider: info.provider }
    },
  }
}

function emptyTab(id: string, workerId: string, workspaceId: string) {
  return { id, workerId, workspaceId, activity: 'starting', provider: '', shell: '', failure: '', attention: 0 } as const
}
