// The agent stores of this window: one per tab, kept for a while after its pane is gone.
import type { Accessor } from 'solid-js'
import type { AppStorage } from '../../lib/storage'
import { DAY_MS } from '../../lib/storage'
import type { WorkerClients } from '../../rpc/ports'
import { type AgentStore, createAgentStore } from './agent-store'
import type { OutboxEntry } from './outbox'

/** Stores without a pane that are kept, least recently used first out. */
const KEPT_STORES = 8
const OUTBOX_TTL_MS = 7 * DAY_MS

export interface AgentStores {
  /** Opens the store, or hands out the open one; `release` it as often. */
  acquire(workerId: string, tabId: string): AgentStore
  release(tabId: string): void
  /** The open store, if there is one; not tracked. */
  peek(tabId: string): AgentStore | undefined
}

export interface AgentStoresPorts {
  readonly workers: WorkerClients
  readonly storage: AppStorage
  readonly showHidden: Accessor<boolean>
}

export function createAgentStores(ports: AgentStoresPorts): AgentStores {
  const open = new Map<string, { readonly store: AgentStore; users: number }>()

  function create(workerId: string, tabId: string): AgentStore {
    const key = `outbox:${tabId}`
    return createAgentStore({
      client: ports.workers.get(workerId),
      tabId,
      frame: nextFrame,
      now: () => Date.now(),
      newClientId: randomId,
      loadOutbox: () => parseOutbox(ports.storage.get(key)),
      saveOutbox: entries =>
        ports.storage.set(
          key,
          entries?.map(({ attachments: _, ...entry }) => entry),
          OUTBOX_TTL_MS,
        ),
      showHidden: ports.showHidden,
    })
  }

  /** The map is in order of use: whatever was released longest ago goes first. */
  function sweep(): void {
    const unused = [...open].filter(([, entry]) => entry.users === 0)
    for (const [tabId, entry] of unused.slice(0, Math.max(0, unused.length - KEPT_STORES))) {
      entry.store.dispose()
      open.delete(tabId)
    }
  }

  return {
    acquire(workerId, tabId) {
      const entry = open.get(tabId) ?? { store: create(workerId, tabId), users: 0 }
      entry.users += 1
      open.delete(tabId)
      open.set(tabId, entry)
      return entry.store
    },
    release(tabId) {
      const entry = open.get(tabId)
      if (entry === undefined) return
      entry.users -= 1
      sweep()
    },
    peek: tabId => open.get(tabId)?.store,
  }
}

/** Frames stop in a hidden page; its stores must not pile up events. */
function nextFrame(callback: () => void): void {
  if (document.visibilityState === 'visible') requestAnimationFrame(callback)
  else setTimeout(callback, 100)
}

function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

function parseOutbox(stored: unknown): readonly OutboxEntry[] {
  if (!Array.isArray(stored)) return []
  return stored.flatMap((entry: Partial<OutboxEntry> | null) => {
    if (typeof entry?.clientId !== 'string' || typeof entry.text !== 'string') return []
    const isFailed = entry.state === 'failed'
    return {
      clientId: entry.clientId,
      text: entry.text,
      attachments: [],
      timeMs: typeof entry.timeMs === 'number' ? entry.timeMs : 0,
      state: isFailed ? 'failed' : 'waiting',
      failure: isFailed ? String(entry.failure ?? '') : '',
    } satisfies OutboxEntry
  })
}
