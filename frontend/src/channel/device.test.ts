import { expect, it } from 'vitest'
import { createMemoryStorage } from '../lib/storage'
import { DEVICE_KEY, type KeyPairStore, openDevice } from './device'

const random = (bytes: Uint8Array<ArrayBuffer>): void => void crypto.getRandomValues(bytes)

function pairStore(): KeyPairStore {
  let kept: CryptoKeyPair | undefined
  return {
    get: () => Promise.resolve(kept),
    getOrPut(fresh) {
      kept ??= fresh
      return Promise.resolve(kept)
    },
  }
}
const broken: KeyPairStore = {
  get: () => Promise.reject(new Error('no IndexedDB')),
  getOrPut: () => Promise.reject(new Error('no IndexedDB')),
}

it('keeps one key that cannot be taken out', async () => {
  const [seeds, pairs] = [createMemoryStorage(), pairStore()]
  const [first, second] = await Promise.all([openDevice(seeds, random, pairs), openDevice(seeds, random, pairs)])
  if (first.kind !== 'key' || second.kind !== 'key') throw new Error('expected keys')
  expect(first.publicKey).toEqual(second.publicKey)
  expect(await first.sign(new Uint8Array(3))).toHaveLength(64)
  expect(seeds.length).toBe(0)
  await expect(crypto.subtle.exportKey('pkcs8', (await pairs.get())!.privateKey)).rejects.toThrow()
})

it('falls back to a seed where the browser keeps no keys, and stays with it', async () => {
  const seeds = createMemoryStorage()
  const first = await openDevice(seeds, random, broken)
  expect(first.kind).toBe('seed')
  expect(await openDevice(seeds, random, pairStore())).toEqual(first)
  seeds.setItem(DEVICE_KEY, 'damaged')
  expect((await openDevice(seeds, random, broken)).kind).toBe('seed')
  expect(await openDevice(seeds, random, broken)).not.toEqual(first)
})
