import { expect, it } from 'vitest'
import { loadTestCore, vectors } from '../core/testing'
import { createMemoryStorage, createStorage } from '../lib/storage'
import { createPins, type KeyQuestion, PINS_KEY, type PinsOptions } from './pins'

const core = await loadTestCore()
const bundle = new core.TestWorker(await vectors('channel')).bundle()
const WORDS = 'aerobics-balmy-nutshell-squander'
const OTHER = 'zoom-zoom-zoom-zoom'

interface Kept {
  v: {
    pins: Record<
      string,
      { trust: string; fingerprint: string; floor: string; serial: number; identity: string; last_seen: string }
    >
  }
}

function setUp(options: Partial<PinsOptions> = {}) {
  const storage = createMemoryStorage()
  const questions: KeyQuestion[] = []
  const pins = createPins({
    core,
    storage,
    fingerprint: () => Promise.resolve(WORDS),
    wallClock: () => 1_800_000_000_000,
    isLocal: () => false,
    ask: question => {
      questions.push(question)
      return Promise.resolve(false)
    },
    ...options,
  })
  const kept = () => JSON.parse(storage.getItem(PINS_KEY) ?? '{"v":{"pins":{}}}') as Kept
  const change = (edit: (kept: Kept) => void): void => {
    const all = kept()
    edit(all)
    storage.setItem(PINS_KEY, JSON.stringify(all))
  }
  return { pins, storage, questions, kept, change }
}

it('pins a first contact only after the channel was proven', async () => {
  const { pins, kept, storage } = setUp()
  const first = await pins.trust('wrk_1', bundle)
  expect(kept().v.pins).toEqual({})
  await first.confirm()
  expect(kept().v.pins['wrk_1']).toMatchObject({ trust: 'tofu', fingerprint: WORDS, floor: 'post-quantum' })
  createStorage(storage, () => 1_800_000_000_000).sweep()
  expect(kept().v.pins['wrk_1']).toBeDefined()
})

it('trusts a Worker of the Hub’s own process as local', async () => {
  const { pins, kept } = setUp({ isLocal: workerId => workerId === 'wrk_1' })
  await (await pins.trust('wrk_1', bundle)).confirm()
  expect(kept().v.pins['wrk_1']?.trust).toBe('local')
})

it('asks about another key, keeps the old one when refused, takes the new one when accepted', async () => {
  let accept = false
  const { pins, change, kept, questions } = setUp({
    ask: question => {
      questions.push(question)
      return Promise.resolve(accept)
    },
  })
  await (await pins.trust('wrk_1', bundle)).confirm()
  const flipped = (text: string) => `${text.slice(0, 60)}${text[60] === 'A' ? 'B' : 'A'}${text.slice(61)}`
  change(({ v: { pins } }) => {
    const pin = pins['wrk_1']!
    Object.assign(pin, { identity: flipped(pin.identity), fingerprint: OTHER })
  })
  await expect(pins.trust('wrk_1', bundle)).rejects.toMatchObject({ code: 'mismatch' })
  expect(questions).toEqual([expect.objectContaining({ kind: 'mismatch', expected: OTHER, actual: WORDS })])
  expect(kept().v.pins['wrk_1']?.fingerprint).toBe(OTHER)
  accept = true
  await pins.trust('wrk_1', bundle)
  expect(kept().v.pins['wrk_1']).toMatchObject({ trust: 'manual', fingerprint: WORDS })
})

it('refuses an older bundle without asking', async () => {
  const { pins, change, questions } = setUp()
  await (await pins.trust('wrk_1', bundle)).confirm()
  change(({ v: { pins } }) => Object.assign(pins['wrk_1']!, { serial: Number.MAX_SAFE_INTEGER }))
  await expect(pins.trust('wrk_1', bundle)).rejects.toMatchObject({ code: 'rollback' })
  expect(questions).toEqual([])
})

it('never takes an unreadable book for an empty one', async () => {
  const { pins, storage } = setUp()
  for (const text of ['not JSON', '{"v":{"v":2,"pins":{}},"e":9e15}', '{}']) {
    storage.setItem(PINS_KEY, text)
    createStorage(storage).sweep()
    await expect(pins.trust('wrk_1', bundle), text).rejects.toMatchObject({ code: 'pins_unreadable' })
  }
})

it('refuses a bundle whose signatures do not hold', async () => {
  const { pins } = setUp()
  const forged = bundle.slice()
  forged[100] = (forged[100] ?? 0) ^ 1
  await expect(pins.trust('wrk_1', forged)).rejects.toMatchObject({ name: 'bad_bundle' })
})

it('pins a Worker that proves it was given the key, over what the Hub alone had said', async () => {
  const worker = new core.TestWorker(await vectors('channel'))
  const secret = new core.RegistrationSecret(new Uint8Array(16).fill(9))
  const proof = worker.registrationProof(secret.join('hubpart'))!
  const { pins, kept, change } = setUp()
  await (await pins.trust('wrk_1', bundle)).confirm()
  change(({ v }) => {
    v.pins['wrk_1']!.identity = v.pins['wrk_1']!.identity.replace(/.(?=.{8}$)/, match => (match === 'A' ? 'B' : 'A'))
  })
  expect(await pins.register('wrk_1', bundle, verified => secret.provesWorker(verified, proof))).toBe(true)
  expect(kept().v.pins['wrk_1']).toMatchObject({ trust: 'registration', fingerprint: WORDS, floor: 'post-quantum' })
  await (await pins.trust('wrk_1', bundle)).confirm()
  expect(kept().v.pins['wrk_1']?.trust).toBe('registration')
})

it('pins nobody who cannot prove it', async () => {
  const worker = new core.TestWorker(await vectors('channel'))
  const [secret, other] = [9, 8].map(byte => new core.RegistrationSecret(new Uint8Array(16).fill(byte)))
  const { pins, kept } = setUp()
  for (const proof of [worker.registrationProof(other!.join('hubpart'))!, new Uint8Array(), new Uint8Array(32)]) {
    expect(await pins.register('wrk_1', bundle, verified => secret!.provesWorker(verified, proof))).toBe(false)
  }
  expect(worker.registrationProof('hubpart')).toBeUndefined()
  expect(kept().v.pins).toEqual({})
})
