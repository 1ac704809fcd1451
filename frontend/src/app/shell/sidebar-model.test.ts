import { describe, expect, it } from 'vitest'
import { autoCollapse, type Collapsed, clampWidth } from './sidebar-model'

const bars = (left: Collapsed, right: Collapsed, hasRight = true) => ({
  left: { width: 250, collapsed: left, present: true },
  right: { width: 250, collapsed: right, present: hasRight },
})

describe('autoCollapse', () => {
  it('keeps both while they take at most half', () => {
    expect(autoCollapse(bars('no', 'no'), 1000)).toEqual({ left: 'no', right: 'no' })
  })
  it('gives up the right one first, then the left', () => {
    expect(autoCollapse(bars('no', 'no'), 999)).toEqual({ left: 'no', right: 'auto' })
    expect(autoCollapse(bars('no', 'auto'), 580)).toEqual({ left: 'auto', right: 'auto' })
  })
  it('brings back what the window took, never what the user closed', () => {
    expect(autoCollapse(bars('auto', 'auto'), 1600)).toEqual({ left: 'no', right: 'no' })
    expect(autoCollapse(bars('user', 'auto'), 1600)).toEqual({ left: 'user', right: 'no' })
  })
  it('a side without panels takes no room', () => {
    expect(autoCollapse(bars('no', 'no', false), 500)).toEqual({ left: 'no', right: 'no' })
  })
})

it('widths stay between 200 and 480', () => {
  expect([clampWidth(10), clampWidth(300.4), clampWidth(9999)]).toEqual([200, 300, 480])
})
