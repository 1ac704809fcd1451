import { createRoot } from 'solid-js'
import { describe, expect, it } from 'vitest'
import type { LeafView, WorkspaceView } from '../../core/ports'
import { createMemoryStorage, createStorage } from '../../lib/storage'
import { WorkerError } from '../../rpc/ports'
import { createFakeLayout } from '../../testing/fake-layout'
import { createFakeWorker } from '../../testing/fake-worker'
import { leavesOf } from '../layout/tree'
import { createViewStore } from '../layout/view-store'
import { createToastStore } from '../notification/toast-store'
import { createPreferencesStore } from '../settings/preferences-store'
import { closeTab } from '../tab/tab-api'
import { createTabsStore } from '../tab/tabs-store'
import { openAgent, openTerminal } from './new-tab-api'
import { createOpenTabs } from './open-tabs'

const LEAF: LeafView = { type: 'leaf', id: 'tile', tabs: [{ id: 'old', kind: 'terminal', workerId: 'wrk', tileId: 'tile' }] }
const WORKSPACE: WorkspaceView = { id: 'ws', title: 'One', ownerUserId: 'usr', editable: true, windows: [], root: LEAF }

function open() {
  return createRoot(() => {
    const storage = createStorage(createMemoryStorage())
    const worker = createFakeWorker('wrk')
    const layout = createFakeLayout([WORKSPACE])
    const view = createViewStore(layout, storage)
    view.setWorkspace('ws')
    const toasts = createToastStore()
    const preferences = createPreferencesStore(storage, () => false)
    const workers = { get: () => worker }
    const tabs = createTabsStore(workers, () => [], storage)
    const openTabs = createOpenTabs({ layout, workers, view, tabs, toasts, preferences })
    const ids = (): string[] => leavesOf(layout.workspace('ws')?.root ?? LEAF).flatMap(leaf => leaf.tabs.map(tab => tab.id))
    return { worker, layout, view, toasts, preferences, tabs, openTabs, ids }
  })
}
const target = { workspaceId: 'ws', tileId: 'tile' }
const oldTab = LEAF.tabs[0] ?? { id: '', kind: 'terminal' as const, workerId: '', tileId: '' }

describe('opening', () => {
  it('asks the Worker first, then places the tab at the end and goes there', async () => {
    const { worker, openTabs, ids, view, tabs, preferences } = open()
    worker.on(openAgent, () => ({ title: 'Agent Ada', workingDir: '/src' }))
    const opening = openTabs.agent(target, { workerId: 'wrk', provider: 'claude', workingDir: '~' })
    expect([openTabs.isOpening('agent'), ids()]).toEqual([true, ['old']])
    const id = await opening
    expect(worker.calls[0]).toMatchObject({ method: 'agent.Open', request: { tabId: id, provider: 'claude', workingDir: '~' } })
    expect([ids(), view.activeTab()?.id, openTabs.isOpening('agent')]).toEqual([['old', id], id, false])
    expect(tabs.get(id)).toMatchObject({ title: 'Agent Ada', workingDir: '/src', activity: 'starting' })
    expect(preferences.recentProviders()).toEqual(['claude'])
    expect(openTabs.context()).toEqual({ workerId: 'wrk', workingDir: '/src', provider: 'claude' })
  })
  it('a refusal places nothing and says why', async () => {
    const { worker, openTabs, ids } = open()
    worker.on(openTerminal, () => {
      throw new WorkerError('invalid_argument', 'there is no directory /gone')
    })
    await expect(openTabs.terminal(target, { workerId: 'wrk', workingDir: '/gone' })).rejects.toThrow(
      'there is no directory /gone',
    )
    expect([ids(), openTabs.isOpening('terminal')]).toEqual([['old'], false])
  })
})

describe('closing', () => {
  it('ends the process, then drops the tab', async () => {
    const { worker, openTabs, ids } = open()
    worker.on(closeTab, () => ({}))
    await openTabs.close('ws', oldTab)
    expect([worker.calls[0]?.method, ids()]).toEqual(['tab.Close', []])
  })
  it('an unreachable Worker does not keep the tab', async () => {
    const { worker, openTabs, ids, toasts } = open()
    worker.on(closeTab, () => {
      throw new WorkerError('worker_offline', 'worker is offline')
    })
    await openTabs.close('ws', oldTab)
    expect(ids()).toEqual([])
    expect(toasts.toasts()[0]?.text).toBe('Worker is unreachable; removing the tab without closing it.')
  })
  it('a Worker that cannot close it keeps the tab, and a second click is ignored meanwhile', async () => {
    const { worker, openTabs, ids, toasts, tabs } = open()
    let answer = (_: Error): void => undefined
    worker.on(
      closeTab,
      () =>
        new Promise((_, reject) => {
          answer = reject
        }),
    )
    const first = openTabs.close('ws', oldTab)
    expect(tabs.isClosing('old')).toBe(true)
    await openTabs.close('ws', oldTab)
    expect(worker.calls).toHaveLength(1)
    answer(new WorkerError('internal', 'stuck'))
    await first
    expect([ids(), tabs.isClosing('old'), toasts.toasts()[0]?.text]).toEqual([['old'], false, 'Failed to close terminal'])
  })
})
