import { expect, it } from 'vitest'
import { RateLimitStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import { limitLabel, limitText, timeLeft, urgentLimit } from './rate-limits'

const MINUTE = 60_000
const NOW = 1_700_000_000_000
const limit = (window: string, status: RateLimitStatus, minutes = 0, usedPercent?: number) => ({
  window,
  status,
  usedPercent,
  resetsAtMs: minutes === 0 ? 0n : BigInt(NOW + minutes * MINUTE),
})

it.each([
  ['five_hour', '5-Hour Rate Limit'],
  ['seven_day', '7-Day Rate Limit'],
  ['seven_day_opus', '7-Day opus Rate Limit'],
  ['overage', 'overage rate limit'],
])('names %s', (window, label) => {
  expect(limitLabel(window)).toBe(label)
})

it('says what is known and nothing else', () => {
  expect(limitText(limit('five_hour', RateLimitStatus.WARNING, 125, 90.6), NOW)).toBe('Warning, 91% used, resets in 2h 5m')
  expect(limitText(limit('five_hour', RateLimitStatus.ALLOWED), NOW)).toBe('Allowed')
})

it('counts down to the reset and not beyond', () => {
  const left = (minutes: number) => timeLeft(limit('x', RateLimitStatus.EXCEEDED, minutes), NOW)
  expect([left(4), left(60), left(1510), left(-1), left(0)]).toEqual(['4m', '1h 0m', '1d 1h', undefined, undefined])
})

it('finds the limit that matters most', () => {
  const near = limit('five_hour', RateLimitStatus.WARNING, 10)
  const over = limit('seven_day', RateLimitStatus.EXCEEDED, 600)
  const past = limit('overage', RateLimitStatus.EXCEEDED, -5)
  expect(urgentLimit([near, past, over], NOW)).toBe(over)
  expect(urgentLimit([near, past], NOW)).toBe(near)
  expect(urgentLimit([limit('five_hour', RateLimitStatus.ALLOWED, 10), past], NOW)).toBeUndefined()
})
