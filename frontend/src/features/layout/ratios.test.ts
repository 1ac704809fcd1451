import { describe, expect, it } from 'vitest'
import { centreDivider, dividerValues, moveDivider } from './ratios'

const sum = (ratios: readonly number[]): number => ratios.reduce((total, ratio) => total + ratio, 0)

describe('moveDivider', () => {
  it('moves only the two neighbours', () => {
    expect(moveDivider([0.2, 0.3, 0.5], 1, 0.1)).toEqual([0.2, 0.4, expect.closeTo(0.4)])
  })
  it('stops at the minimum on either side and keeps the sum', () => {
    expect(moveDivider([0.5, 0.5], 0, 5)).toEqual([0.95, expect.closeTo(0.05)])
    expect(moveDivider([0.5, 0.5], 0, -5)).toEqual([0.05, 0.95])
    expect(sum(moveDivider([0.2, 0.3, 0.5], 0, 0.9))).toBeCloseTo(1)
  })
  it('neighbours that are too small for two minima end at their middle', () => {
    expect(moveDivider([0.03, 0.03, 0.94], 0, 1)).toEqual([0.03, 0.03, 0.94])
  })
  it('an unknown divider changes nothing', () => {
    const ratios = [0.5, 0.5]
    expect(moveDivider(ratios, 1, 0.1)).toBe(ratios)
  })
})

it('centreDivider evens out two neighbours', () => {
  expect(centreDivider([0.2, 0.3, 0.5], 0)).toEqual([0.25, 0.25, 0.5])
})

it('values tell where the divider is and how far it goes', () => {
  expect(dividerValues([0.2, 0.3, 0.5], 1)).toEqual({ now: 50, min: 25, max: 95 })
})
