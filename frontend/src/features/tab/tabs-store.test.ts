import { createRoot, createSignal } from 'solid-js'
import { describe, expect, it } from 'vitest'
import { TabKind, TabState } from '../../gen/leapmux/worker/v1/tab_pb'
import { type AppStorage, createMemoryStorage, createStorage } from '../../lib/storage'
import { WorkerError } from '../../rpc/ports'
import { createFakeWorker } from '../../testing/fake-worker'
import { renameTab, watchTabs } from './tab-api'
import { createTabsStore } from './tabs-store'

const wire = (tabId: string, more: object = {}) => ({
  tabId,
  workspaceId: 'ws_1',
  kind: TabKind.AGENT,
  title: `Agent ${tabId}`,
  state: TabState.READY,
  attention: 0n,
  ...more,
})
const snapshot = (...tabs: ReturnType<typeof wire>[]) => ({ event: { case: 'snapshot' as const, value: { tabs } } })
const changed = (tab: ReturnType<typeof wire>) => ({ event: { case: 'changed' as const, value: tab } })

function open(storage: AppStorage = createStorage(createMemoryStorage())) {
  const worker = createFakeWorker('wrk_1')
  const [ids, setIds] = createSignal<readonly string[]>(['wrk_1'])
  const store = createRoot(() => createTabsStore({ get: () => worker }, ids, storage))
  return { worker, store, setIds, storage }
}

describe('tabs', () => {
  it('follow snapshot, changes and removals', async () => {
    const { worker, store } = open()
    await worker.emit(watchTabs, snapshot(wire('a'), wire('b')))
    await worker.emit(watchTabs, changed(wire('a', { state: TabState.RUNNING, title: 'Renamed' })))
    expect(store.get('a')).toMatchObject({ title: 'Renamed', activity: 'running', workerId: 'wrk_1' })
    await worker.emit(watchTabs, { event: { case: 'removedTabId', value: 'a' } })
    expect(store.get('a')).toBeUndefined()
  })
  it('a fresh snapshot after a reconnect drops what is gone', async () => {
    const { worker, store } = open()
    await worker.emit(watchTabs, snapshot(wire('a'), wire('b')))
    await worker.emit(watchTabs, snapshot(wire('b')))
    expect([store.get('a'), store.get('b')?.id]).toEqual([undefined, 'b'])
  })
  it('a Worker that is no longer listed is not watched any more', () => {
    const { worker, setIds } = open()
    expect(worker.watches).toHaveLength(1)
    setIds([])
    expect(worker.watches).toHaveLength(0)
  })
})

describe('unseen activity', () => {
  it('starts with what happens after the first sight and ends with a look', async () => {
    const { worker, store } = open()
    await worker.emit(watchTabs, snapshot(wire('a', { attention: 7n })))
    expect(store.hasUnseen('a')).toBe(false)
    await worker.emit(watchTabs, changed(wire('a', { attention: 8n })))
    expect(store.hasUnseen('a')).toBe(true)
    store.markSeen('a')
    expect(store.hasUnseen('a')).toBe(false)
    expect(store.hasUnseen('unknown')).toBe(false)
  })
  it('is remembered over a reload', async () => {
    const first = open()
    await first.worker.emit(watchTabs, snapshot(wire('a', { attention: 1n })))
    await first.worker.emit(watchTabs, changed(wire('a', { attention: 2n })))
    first.store.markSeen('a')
    const second = open(first.storage)
    await second.worker.emit(watchTabs, snapshot(wire('a', { attention: 3n })))
    expect(second.store.hasUnseen('a')).toBe(true)
  })
})

describe('rename', () => {
  it('shows at once and keeps the local title when the Worker refuses', async () => {
    const { worker, store } = open()
    await worker.emit(watchTabs, snapshot(wire('a')))
    worker.on(renameTab, () => {
      throw new WorkerError('internal', 'the disk is full')
    })
    await expect(store.rename('a', 'wrk_1', 'Mine')).rejects.toThrow('the disk is full')
    expect(store.get('a')?.title).toBe('Mine')
  })
})
