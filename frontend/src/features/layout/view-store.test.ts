import { createRoot } from 'solid-js'
import { describe, expect, it } from 'vitest'
import type { LeafView, TabView, WorkspaceView } from '../../core/ports'
import { createMemoryStorage, createStorage } from '../../lib/storage'
import { createFakeLayout } from '../../testing/fake-layout'
import { createViewStore } from './view-store'

const tab = (id: string, tileId: string): TabView => ({ id, kind: 'agent', workerId: 'wrk', tileId })
const leaf = (id: string, ...tabs: string[]): LeafView => ({ type: 'leaf', id, tabs: tabs.map(each => tab(each, id)) })
const WORKSPACE: WorkspaceView = {
  id: 'ws',
  title: 'One',
  ownerUserId: 'usr',
  editable: true,
  windows: [],
  root: {
    type: 'split',
    id: 'root',
    direction: 'vertical',
    ratios: [0.5, 0.5],
    children: [leaf('left', 'a', 'b', 'c'), leaf('right')],
  },
}

function open(storage = createStorage(createMemoryStorage())) {
  const layout = createFakeLayout([WORKSPACE])
  const view = createRoot(() => createViewStore(layout, storage))
  view.setWorkspace('ws')
  return { layout, view, storage }
}

describe('view', () => {
  it('focuses the first tile and its first tab until told otherwise', () => {
    const { view } = open()
    expect([view.focusedTile()?.id, view.activeTab()?.id]).toEqual(['left', 'a'])
  })
  it('an active tab that leaves hands over to the next one', () => {
    const { view, layout } = open()
    view.activate('ws', 'b')
    layout.commands.removeTab('ws', 'b')
    expect(view.activeTab()?.id).toBe('c')
    layout.commands.removeTab('ws', 'c')
    expect(view.activeTab()?.id).toBe('a')
  })
  it('an empty tile remembers the tab before it, for the directory of a new one', () => {
    const { view, layout } = open()
    view.activate('ws', 'b')
    view.focusTile('ws', 'right')
    expect([view.activeTab(), view.contextTab()?.id]).toEqual([undefined, 'b'])
    layout.commands.removeTab('ws', 'b')
    expect(view.contextTab()).toBeUndefined()
  })
  it('a tile that is gone gives the focus back to the first', () => {
    const { view, layout } = open()
    view.focusTile('ws', 'right')
    layout.commands.closeTile('ws', 'right', 'move')
    expect(view.focusedTile()?.id).toBe('left')
  })
  it('refuses what the workspace does not hold', () => {
    expect(open().view.activate('ws', 'nowhere')).toBe(false)
  })
  it('is as it was after a reload', () => {
    const { view, storage } = open()
    view.activate('ws', 'c')
    const again = open(storage).view
    expect([again.lastWorkspaceId(), again.activeTab()?.id]).toEqual(['ws', 'c'])
  })
})
