import { expect, it } from 'vitest'
import { createBackoff } from './retry'

it('doubles from 250 ms to 15 s and starts over', () => {
  const middle = createBackoff(() => 0.5)
  const delays = Array.from({ length: 8 }, () => middle.next())
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000])
  middle.reset()
  expect(middle.next()).toBe(250)
})

it('spreads by a fifth each way', () => {
  expect(createBackoff(() => 0).next()).toBeCloseTo(200)
  expect(createBackoff(() => 1).next()).toBeCloseTo(300)
})
