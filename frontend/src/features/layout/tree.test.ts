import { describe, expect, it } from 'vitest'
import type { LayoutNode, LeafView, TabView } from '../../core/ports'
import { activeTabOf, canCloseTile, canSplitTile, leavesOf } from './tree'

const leaf = (id: string): LeafView => ({ type: 'leaf', id, tabs: [] })
const split = (id: string, ...children: LayoutNode[]): LayoutNode => ({
  type: 'split',
  id,
  direction: 'vertical',
  ratios: children.map(() => 1 / children.length),
  children,
})
const tab = (id: string): TabView => ({ id, kind: 'agent', workerId: 'wrk', tileId: 'tile' })

describe('tile actions', () => {
  const deep = split('1', leaf('a'), split('2', leaf('b'), split('3', leaf('c'), leaf('d'))))
  it('splitting stops at depth three', () => {
    expect(['a', 'b', 'c', 'd'].map(id => canSplitTile(deep, id))).toEqual([true, true, false, false])
    expect(canSplitTile(deep, 'nowhere')).toBe(false)
  })
  it('the last leaf and a single grid cell cannot be closed', () => {
    expect(canCloseTile(leaf('only'), 'only')).toBe(false)
    expect(canCloseTile(deep, 'c')).toBe(true)
    const grid: LayoutNode = {
      type: 'grid',
      id: 'g',
      rows: 1,
      cols: 2,
      rowRatios: [1],
      colRatios: [0.5, 0.5],
      cells: [leaf('x'), leaf('y')],
    }
    expect(canCloseTile(grid, 'x')).toBe(false)
  })
  it('leaves come in reading order', () => {
    expect(leavesOf(deep).map(each => each.id)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('active tab', () => {
  const tabs = ['a', 'b', 'c'].map(tab)
  it('is the remembered one, else the first', () => {
    expect(activeTabOf(tabs, { tabId: 'b', index: 1 })?.id).toBe('b')
    expect(activeTabOf(tabs, undefined)?.id).toBe('a')
    expect(activeTabOf([], { tabId: 'a', index: 0 })).toBeUndefined()
  })
  it('when it is gone, the next one takes its place, at the end the last', () => {
    expect(activeTabOf(tabs, { tabId: 'gone', index: 1 })?.id).toBe('b')
    expect(activeTabOf(tabs, { tabId: 'gone', index: 3 })?.id).toBe('c')
  })
})
