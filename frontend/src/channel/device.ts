// This browser profile's device key (channel.md 8.2). Where the browser can, an Ed25519 key it never gives out, kept in
// IndexedDB; elsewhere a seed in local storage. Made once: a Worker's owner approves devices.
import type { Device, RandomSource } from '../core/session'

export const DEVICE_KEY = 'leapmux:device-key'
const SEED = 32
/** Kept for good: storage entries carry an expiry. */
const FOREVER = Number.MAX_SAFE_INTEGER
const DATABASE = 'leapmux'
const STORE = 'keys'
const ENTRY = 'device'

/** Keeps one key pair; tests pass a variable. */
export interface KeyPairStore {
  /** The pair kept before, else `fresh`, which is kept from now on. */
  getOrPut(fresh: CryptoKeyPair): Promise<CryptoKeyPair>
  get(): Promise<CryptoKeyPair | undefined>
}

type SeedStore = Pick<Storage, 'getItem' | 'setItem'>

/** The device of this profile; never fails. */
export async function openDevice(seeds: SeedStore, random: RandomSource, pairs = indexedPairs()): Promise<Device> {
  const seed = keptSeed(seeds)
  if (seed) return { kind: 'seed', seed }
  try {
    const pair = (await pairs.get()) ?? (await pairs.getOrPut(await freshPair()))
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    return {
      kind: 'key',
      publicKey,
      sign: async message =>
        new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message as Uint8Array<ArrayBuffer>)),
    }
  } catch {
    // No Ed25519, no secure context or no IndexedDB here.
    return { kind: 'seed', seed: freshSeed(seeds, random) }
  }
}

function freshPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']) as Promise<CryptoKeyPair>
}

function keptSeed(seeds: SeedStore): Uint8Array | undefined {
  try {
    const { v } = JSON.parse(seeds.getItem(DEVICE_KEY) ?? '') as { v: unknown }
    const seed = Uint8Array.from(atob(String(v)), char => char.charCodeAt(0))
    return seed.length === SEED ? seed : undefined
  } catch {
    return undefined
  }
}

function freshSeed(seeds: SeedStore, random: RandomSource): Uint8Array {
  const seed = new Uint8Array(SEED)
  random(seed)
  try {
    seeds.setItem(DEVICE_KEY, JSON.stringify({ v: btoa(String.fromCharCode(...seed)), e: FOREVER }))
  } catch {
    // Without storage this visit is a device of its own.
  }
  return seed
}

function indexedPairs(): KeyPairStore {
  const read = (store: IDBObjectStore) => settled(store.get(ENTRY) as IDBRequest<CryptoKeyPair | undefined>)
  return {
    get: () => inStore('readonly', read),
    // One transaction: of two windows that start at the same time, one key wins.
    getOrPut: fresh =>
      inStore('readwrite', async store => {
        const kept = await read(store)
        if (!kept) await settled(store.put(fresh, ENTRY))
        return kept ?? fresh
      }),
  }
}

async function inStore<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
  const database = await settled(opening)
  try {
    return await use(database.transaction(STORE, mode).objectStore(STORE))
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the browser’s key store failed'))
  })
}
