import { describe, expect, it } from 'vitest'
import { type GestureInput, gesture, press } from './drag-gesture'
import { autoScroll, dropTarget, isSamePlace, type TileBox } from './drop-target'

const run = (pointer: 'mouse' | 'touch', ...inputs: GestureInput[]) => inputs.reduce(gesture, press(pointer, { x: 10, y: 10 }, 0))
const move = (x: number, y = 10): GestureInput => ({ type: 'move', point: { x, y } })
const up = (x: number): GestureInput => ({ type: 'up', point: { x, y: 10 } })

describe('gesture', () => {
  it('a press that hardly moves is a click', () => {
    expect(run('mouse', move(12), up(12))).toMatchObject({ outcome: 'click' })
  })
  it('a mouse drags after four pixels and drops where it is released', () => {
    expect(run('mouse', move(14))).toMatchObject({ kind: 'dragging' })
    expect(run('mouse', move(14), move(90), up(90))).toEqual({ kind: 'ended', outcome: 'dropped', point: { x: 90, y: 10 } })
  })
  it('a finger that moves at once scrolls; one that waits drags', () => {
    expect(run('touch', move(30))).toMatchObject({ outcome: 'cancelled' })
    expect(run('touch', move(12), { type: 'held' }, move(60))).toMatchObject({ kind: 'dragging', point: { x: 60 } })
  })
  it('the long-press timer means nothing to a mouse', () => {
    expect(run('mouse', { type: 'held' })).toMatchObject({ kind: 'pressed' })
  })
  it('nothing follows a cancelled drag', () => {
    expect(run('mouse', move(90), { type: 'cancel' }, up(90))).toEqual({ kind: 'ended', outcome: 'cancelled' })
  })
})

const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height })
const tiles: TileBox[] = [
  {
    tileId: 'left',
    rect: box(0, 0, 400, 300),
    bar: box(0, 0, 400, 36),
    tabs: [
      { tabId: 'a', rect: box(0, 0, 100, 36) },
      { tabId: 'b', rect: box(100, 0, 100, 36) },
    ],
  },
  { tileId: 'right', rect: box(405, 0, 400, 300), bar: box(405, 0, 400, 36), tabs: [] },
]

describe('dropTarget', () => {
  it('inserts before the tab whose first half is under the pointer', () => {
    expect(dropTarget(tiles, { x: 30, y: 10 })).toMatchObject({ tileId: 'left', before: 'a', mark: { kind: 'line' } })
    expect(dropTarget(tiles, { x: 80, y: 10 })).toMatchObject({ before: 'b', mark: { rect: { left: 99 } } })
  })
  it('goes to the end behind the last tab', () => {
    const target = dropTarget(tiles, { x: 300, y: 10 })
    expect(target).toMatchObject({ tileId: 'left', mark: { rect: { left: 199 } } })
    expect(target).not.toHaveProperty('before')
  })
  it('takes the body of an empty tile and refuses that of a full one', () => {
    expect(dropTarget(tiles, { x: 600, y: 200 })).toMatchObject({ tileId: 'right', mark: { kind: 'body' } })
    expect(dropTarget(tiles, { x: 200, y: 200 })).toBeUndefined()
    expect(dropTarget(tiles, { x: 402, y: 10 })).toBeUndefined()
  })
  it('knows a drop that changes nothing', () => {
    const at = (x: number) => {
      const target = dropTarget(tiles, { x, y: 10 })
      return target && isSamePlace(tiles, 'a', target)
    }
    expect([at(30), at(80), at(180), at(600)]).toEqual([true, true, false, false])
  })
})

it('strips scroll near their ends only', () => {
  const bar = box(100, 0, 400, 36)
  expect([autoScroll(bar, { x: 110, y: 5 }), autoScroll(bar, { x: 300, y: 5 }), autoScroll(bar, { x: 490, y: 5 })]).toEqual([
    -9, 0, 9,
  ])
  expect(autoScroll(bar, { x: 110, y: 50 })).toBe(0)
})
