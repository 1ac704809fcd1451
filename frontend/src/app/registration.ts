// Keys that Workers register with (spec workers.md §3). Half of a key is made here and never reaches the Hub: with it the Worker
// proves to this page, and this page to the Worker, that nobody in between took either's place (channel.md 5.4).
import { Code, ConnectError } from '@connectrpc/connect'
import type { Pins } from '../channel/pins'
import type { Device, RandomSource } from '../core/session'
import type { Core } from '../core/wasm'
import type { HubClient } from '../rpc/hub-client'
import { asked } from '../rpc/hub-transport'
import type { RegistrationKey, WorkerRegistration } from './session-port'

export interface RegistrationOptions {
  readonly core: Core
  readonly workers: HubClient['workers']
  readonly pins: Pick<Pins, 'register'>
  readonly device: Device
  readonly random: RandomSource
  readonly userId: string
  /** What a Worker dials. */
  readonly hubUrl: string
}

/** What the Hub says of a key that is over (spec WRK-24). */
const EXPIRED = 'registration key has expired'

type Secret = Core['RegistrationSecret']['prototype']

export function createRegistration(options: RegistrationOptions): WorkerRegistration {
  const { core, workers, device, userId, hubUrl } = options

  function freshSecret(): Secret {
    const bytes = new Uint8Array(core.RegistrationSecret.randomBytes())
    options.random(bytes)
    try {
      return new core.RegistrationSecret(bytes)
    } finally {
      bytes.fill(0)
    }
  }

  return {
    async mint() {
      const secret = freshSecret()
      try {
        const [seed, publicKey] = device.kind === 'seed' ? [device.seed] : [undefined, device.publicKey]
        const ownerProof = secret.ownerStatement(userId, seed, publicKey)
        const { key, secret: hubPart } = await asked(() => workers.createRegistrationKey({ ownerProof }))
        if (!key || hubPart === '') throw new Error('The Hub made no key.')
        const command = `leapmux worker --hub ${hubUrl} --registration-key ${secret.join(hubPart)}`
        return mintedKey(options, secret, key.registrationKeyId, command)
      } catch (error) {
        secret.free()
        throw error
      }
    },
    async deregister(workerId) {
      await asked(() => workers.deregisterWorker({ workerId }))
    },
  }
}

function mintedKey({ workers, pins }: RegistrationOptions, secret: Secret, id: string, command: string): RegistrationKey {
  const ask = async () => (await workers.getRegistrationKey({ registrationKeyId: id })).key
  let isDestroyed = false

  return {
    command,
    async worker() {
      return (await ask())?.workerId || undefined
    },
    async extend() {
      try {
        await workers.extendRegistrationKey({ registrationKeyId: id })
        return true
      } catch (error) {
        const { code, rawMessage } = ConnectError.from(error)
        if (code === Code.NotFound) return false
        // Too early, or used: it lives. The two clocks are not compared, they need not agree.
        if (code === Code.FailedPrecondition) return rawMessage !== EXPIRED
        throw error
      }
    },
    async confirm(workerId) {
      const proof = (await ask())?.workerProof ?? new Uint8Array()
      const { bundle } = await workers.getWorkerBundle({ workerId })
      if (bundle.length === 0) return 'later'
      // Destroyed while the Hub was asked: there is nothing to check with, and nobody to tell.
      if (isDestroyed) return 'later'
      const holds = await pins.register(workerId, bundle, verified => secret.provesWorker(verified, proof))
      return holds ? 'confirmed' : 'unconfirmed'
    },
    destroy() {
      if (isDestroyed) return
      isDestroyed = true
      secret.free()
      // One that could not be destroyed dies within five minutes: nobody extends it any more.
      void workers.deleteRegistrationKey({ registrationKeyId: id }).catch(() => undefined)
    },
  }
}
