// This browser profile's device key (channel.md 8.2): the seed of an Ed25519 key, made once.
import type { RandomSource } from '../core/session'

export const DEVICE_KEY = 'leapmux:device-key'
const SEED = 32
/** Kept for good: storage entries carry an expiry. */
const FOREVER = Number.MAX_SAFE_INTEGER

/** The seed kept in `storage`, or a fresh one that is kept from now on. */
export function deviceSeed(storage: Pick<Storage, 'getItem' | 'setItem'>, random: RandomSource): Uint8Array {
  const known = parse(storage.getItem(DEVICE_KEY))
  if (known) return known
  const seed = new Uint8Array(SEED)
  random(seed)
  try {
    storage.setItem(DEVICE_KEY, JSON.stringify({ v: btoa(String.fromCharCode(...seed)), e: FOREVER }))
  } catch {
    // Without storage this visit is a device of its own.
  }
  return seed
}

function parse(text: string | null): Uint8Array | undefined {
  try {
    const { v } = JSON.parse(text ?? '') as { v: unknown }
    const seed = Uint8Array.from(atob(String(v)), char => char.charCodeAt(0))
    return seed.length === SEED ? seed : undefined
  } catch {
    return undefined
  }
}
