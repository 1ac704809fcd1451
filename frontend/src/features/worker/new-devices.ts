// Tells the user of every device that opened a channel to one of their Workers for the first time: a Hub that poses as them
// comes with a device nobody has seen (channel.md 8.2). What came while no page was open is told by the next one.
import { type Accessor, createEffect, mapArray, onCleanup } from 'solid-js'
import type { Device } from '../../gen/leapmux/worker/v1/system_pb'
import type { AppStorage } from '../../lib/storage'
import type { WorkerClients } from '../../rpc/ports'
import { watchDevices } from './worker-api'

export interface NewDevicesOptions {
  readonly workers: WorkerClients
  readonly workerIds: Accessor<readonly string[]>
  readonly storage: AppStorage
  /** `words`: the four that stand for the device's key. */
  tell(workerId: string, words: string): void
}

/** What a toast says of it. */
export const newDevice = (worker: string, words: string): string =>
  `A new device connected to ${worker}: ${words}. If it is not yours, somebody else has your account or your Hub.`

/** The devices of `workerId` this browser knows of, as their words. */
const keyOf = (workerId: string): string => `devices:${workerId}`

/** Watches every Worker of `workerIds` for as long as it is listed. Call under an owner. */
export function watchNewDevices({ workers, workerIds, storage, tell }: NewDevicesOptions): void {
  function known(workerId: string): readonly string[] | undefined {
    const stored = storage.get(keyOf(workerId))
    return Array.isArray(stored) ? stored.filter(words => typeof words === 'string') : undefined
  }
  /** The first list is what the user begins with: there is nothing to compare it with. */
  function meet(workerId: string, devices: readonly Pick<Device, 'words' | 'own'>[], isFirstList: boolean): void {
    const before = known(workerId)
    const fresh = devices.filter(({ words }) => !before?.includes(words))
    if (fresh.length === 0 && before) return
    storage.set(keyOf(workerId), [...(before ?? []), ...fresh.map(({ words }) => words)])
    if (!before && isFirstList) return
    for (const { words, own } of fresh) if (!own) tell(workerId, words)
  }

  const watching = mapArray(workerIds, workerId => {
    const stop = workers.get(workerId).watch(watchDevices, {
      request: () => ({}),
      onEvent({ event }) {
        if (event.case === 'snapshot') meet(workerId, event.value.devices, true)
        else if (event.case === 'appeared') meet(workerId, [event.value], false)
      },
    })
    onCleanup(stop)
  })
  createEffect(watching)
}
