import { describe, expect, it } from 'vitest'
import { MAX_HIDDEN_PANES, type Mounted, nextMounted, stableOrder } from './stable-list'

describe('stableOrder', () => {
  it('never moves what is known', () => {
    expect(stableOrder(['a', 'b', 'c'], ['c', 'd', 'a'])).toEqual(['a', 'c', 'd'])
  })
  it('answers the same list when only the order changed', () => {
    const previous = ['a', 'b']
    expect(stableOrder(previous, ['b', 'a'])).toBe(previous)
  })
})

describe('nextMounted', () => {
  const set = (...ids: string[]): Set<string> => new Set(ids)
  it('mounts at first sight only, and keeps what is hidden', () => {
    const first = nextMounted([], set('a'), set('a', 'b'), 1)
    expect(first).toEqual([{ id: 'a', seenAt: 1 }])
    expect(nextMounted(first, set('b'), set('a', 'b'), 2).map(pane => pane.id)).toEqual(['a', 'b'])
  })
  it('unmounts what is gone', () => {
    expect(nextMounted([{ id: 'a', seenAt: 1 }], set(), set('b'), 2)).toEqual([])
  })
  it('drops the hidden pane seen least recently, never a visible one', () => {
    const ids = Array.from({ length: MAX_HIDDEN_PANES + 2 }, (_, index) => `p${index}`)
    let mounted: Mounted = []
    for (const [index, id] of ids.entries()) mounted = nextMounted(mounted, set('always', id), set('always', ...ids), index)
    expect(mounted.some(pane => pane.id === 'p0')).toBe(false)
    expect(mounted.some(pane => pane.id === 'always')).toBe(true)
    expect(mounted).toHaveLength(MAX_HIDDEN_PANES + 2)
  })
})
