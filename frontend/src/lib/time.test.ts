import { expect, it } from 'vitest'
import { formatDuration, formatTime } from './time'

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [4200, '4.2 s'],
  [59_400, '59 s'],
  [125_000, '2 min 5 s'],
  [4_320_000, '1 h 12 min'],
])('%i ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

it('says the date only when it is another day', () => {
  const noon = new Date(2026, 4, 5, 12, 0).getTime()
  expect(formatTime(noon, noon + 1000, 'en-GB')).toBe('12:00')
  expect(formatTime(noon, noon + 86_400_000, 'en-GB')).toBe('5 May 2026, 12:00')
})
