import { expect, it } from 'vitest'
import { createMemoryStorage, createStorage } from './storage'

it('forgets values that have expired and sweeps only its own', () => {
  let now = 1000
  const backing = createMemoryStorage()
  const storage = createStorage(backing, () => now)
  backing.setItem('somebody else', 'keep')
  storage.set('short', 'a', 10)
  storage.set('long', { b: 1 }, 1000)
  expect(storage.get('short')).toBe('a')
  now += 11
  expect(storage.get('short')).toBeUndefined()
  expect(storage.get('long')).toEqual({ b: 1 })
  storage.sweep()
  expect(backing.length).toBe(2)
  expect(storage.keys('')).toEqual(['long'])
  storage.set('long', undefined)
  expect(storage.keys('')).toEqual([])
})

it('survives foreign text and a store that is full', () => {
  const backing = createMemoryStorage()
  backing.setItem('leapmux:broken', '{')
  backing.setItem('leapmux:shape', '{"v":1}')
  const storage = createStorage(backing)
  expect(storage.get('broken')).toBeUndefined()
  expect(storage.get('shape')).toBeUndefined()
  const full = createStorage({
    ...backing,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError')
    },
  })
  expect(() => full.set('key', 'value')).not.toThrow()
})
