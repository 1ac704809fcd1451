// Titles, states and unseen activity of all tabs, as their Workers tell them.
import { type Accessor, createEffect, createSignal, mapArray, onCleanup } from 'solid-js'
import { createStore, produce } from 'solid-js/store'
import { TabKind as WireKind, TabState as WireState, type Tab as WireTab } from '../../gen/leapmux/worker/v1/tab_pb'
import { type AppStorage, DAY_MS } from '../../lib/storage'
import type { WorkerClients } from '../../rpc/ports'
import { renameTab, watchTabs } from './tab-api'

/** `running`: an agent works on a turn. `waiting`: it needs the user's answer. */
export type TabActivity = 'unknown' | 'starting' | 'ready' | 'running' | 'waiting' | 'exited' | 'failed'

export interface TabInfo {
  readonly id: string
  readonly workerId: string
  readonly workspaceId: string
  readonly kind: 'agent' | 'terminal'
  readonly title: string
  readonly activity: TabActivity
  /** Agents: provider id. */
  readonly provider: string
  readonly workingDir: string
  /** Terminals. */
  readonly shell: string
  readonly failure: string
  /** Rises with each bell, finished turn, request and failure. */
  readonly attention: number
}

export interface TabsStore {
  /** Reactive per field. Undefined until its Worker told of it. */
  get(tabId: string): TabInfo | undefined
  /** Something happened since the tab was last looked at. */
  hasUnseen(tabId: string): boolean
  /** The tab is being looked at. */
  markSeen(tabId: string): void
  isClosing(tabId: string): boolean
  setClosing(tabId: string, closing: boolean): void
  /** Shows the new title at once; rejects with the Worker's error, keeping the local title. */
  rename(tabId: string, workerId: string, title: string): Promise<void>
  /** What an open call answered, ahead of the Worker's own event. */
  put(info: TabInfo): void
}

const SEEN_KEY = 'seen-tabs'
const SEEN_TTL_MS = 30 * DAY_MS

const ACTIVITY: Record<WireState, TabActivity> = {
  [WireState.UNSPECIFIED]: 'unknown',
  [WireState.STARTING]: 'starting',
  [WireState.READY]: 'ready',
  [WireState.RUNNING]: 'running',
  [WireState.WAITING]: 'waiting',
  [WireState.EXITED]: 'exited',
  [WireState.FAILED]: 'failed',
}

export function toTabInfo(workerId: string, tab: WireTab): TabInfo {
  return {
    id: tab.tabId,
    workerId,
    workspaceId: tab.workspaceId,
    kind: tab.kind === WireKind.TERMINAL ? 'terminal' : 'agent',
    title: tab.title,
    activity: ACTIVITY[tab.state] ?? 'unknown',
    provider: tab.provider,
    workingDir: tab.workingDir,
    shell: tab.shell,
    failure: tab.failure,
    attention: Number(tab.attention),
  }
}

function readSeen(storage: AppStorage): Record<string, number> {
  const stored = storage.get(SEEN_KEY)
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(Object.entries(stored).filter(([, count]) => typeof count === 'number')) as Record<string, number>
}

/** Watches every Worker of `workerIds` for as long as it is listed. Call under an owner. */
export function createTabsStore(workers: WorkerClients, workerIds: Accessor<readonly string[]>, storage: AppStorage): TabsStore {
  const [tabs, setTabs] = createStore<Record<string, TabInfo>>({})
  const [seen, setSeen] = createStore<Record<string, number>>(readSeen(storage))
  const [closing, setClosing] = createSignal<ReadonlySet<string>>(new Set())

  function put(info: TabInfo): void {
    setTabs(
      produce(all => {
        const known = all[info.id]
        if (known) Object.assign(known, info)
        else all[info.id] = info
      }),
    )
    // A tab met for the first time has nothing unseen: its history was not missed, it was never watched.
    if (seen[info.id] === undefined) setSeen(info.id, info.attention)
  }
  function remove(tabId: string): void {
    setTabs(produce(all => void delete all[tabId]))
    setSeen(produce(all => void delete all[tabId]))
  }
  function replaceAll(workerId: string, snapshot: readonly WireTab[]): void {
    const listed = new Set(snapshot.map(tab => tab.tabId))
    for (const tab of Object.values(tabs)) {
      if (tab.workerId === workerId && !listed.has(tab.id)) remove(tab.id)
    }
    for (const tab of snapshot) put(toTabInfo(workerId, tab))
  }

  const watching = mapArray(workerIds, workerId => {
    const stop = workers.get(workerId).watch(watchTabs, {
      request: () => ({}),
      onEvent({ event }) {
        if (event.case === 'snapshot') replaceAll(workerId, event.value.tabs)
        else if (event.case === 'changed') put(toTabInfo(workerId, event.value))
        else if (event.case === 'removedTabId') remove(event.value)
      },
    })
    onCleanup(stop)
  })
  createEffect(watching)

  return {
    get: tabId => tabs[tabId],
    hasUnseen: tabId => (tabs[tabId]?.attention ?? 0) > (seen[tabId] ?? Number.POSITIVE_INFINITY),
    markSeen(tabId) {
      const attention = tabs[tabId]?.attention
      if (attention === undefined || seen[tabId] === attention) return
      setSeen(tabId, attention)
      storage.set(SEEN_KEY, { ...seen }, SEEN_TTL_MS)
    },
    isClosing: tabId => closing().has(tabId),
    setClosing(tabId, isClosing) {
      setClosing(current => {
        const next = new Set(current)
        if (isClosing) next.add(tabId)
        else next.delete(tabId)
        return next
      })
    },
    async rename(tabId, workerId, title) {
      const known = tabs[tabId]
      if (known) put({ ...known, title })
      await workers.get(workerId).call(renameTab, { tabId, title })
    },
    put,
  }
}
