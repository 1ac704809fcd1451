import { expect, it } from 'vitest'
import { channelStatus, reconnecting } from './connection-status'

it('a break of less than three seconds is not mentioned', () => {
  expect(reconnecting({ connected: true, since: 0 }, 99_000)).toBeUndefined()
  expect(reconnecting({ connected: false, since: 10_000 }, 12_999)).toBeUndefined()
  expect(reconnecting({ connected: false, since: 10_000 }, 14_200)).toBe('Reconnecting… 4 s')
})

it('names the Worker and when it is tried again', () => {
  expect(channelStatus({ kind: 'connected' }, 'box', 0)).toEqual({ isEncrypted: true, text: 'Encrypted to box' })
  expect(channelStatus({ kind: 'waiting', retryAt: 5200, reason: 'worker is offline' }, 'box', 1000)?.text).toBe(
    'box: worker is offline, trying again in 5 s',
  )
  expect(channelStatus({ kind: 'idle' }, 'box', 0)).toBeUndefined()
})
