import { createRoot } from 'solid-js'
import { expect, it } from 'vitest'
import { type AppStorage, createMemoryStorage, createStorage } from '../../lib/storage'
import { createFakeWorker } from '../../testing/fake-worker'
import { watchNewDevices } from './new-devices'
import { watchDevices } from './worker-api'

const device = (words: string, own = false) => ({ words, own })
const snapshot = (...devices: ReturnType<typeof device>[]) => ({ event: { case: 'snapshot' as const, value: { devices } } })
const appeared = (value: ReturnType<typeof device>) => ({ event: { case: 'appeared' as const, value } })

function open(storage: AppStorage = createStorage(createMemoryStorage())) {
  const worker = createFakeWorker('wrk_1')
  const told: string[] = []
  createRoot(() =>
    watchNewDevices({
      workers: { get: () => worker },
      workerIds: () => ['wrk_1'],
      storage,
      tell: (workerId, words) => told.push(`${workerId} ${words}`),
    }),
  )
  return { worker, told, storage }
}

it('tells of a device that appears, once, and never of the own one', async () => {
  const { worker, told } = open()
  await worker.emit(watchDevices, snapshot(device('here', true), device('phone')))
  expect(told).toEqual([])
  await worker.emit(watchDevices, appeared(device('stranger')))
  await worker.emit(watchDevices, snapshot(device('here', true), device('phone'), device('stranger')))
  expect(told).toEqual(['wrk_1 stranger'])
})

it('takes its own device for known when the list did not have it yet', async () => {
  const { worker, told } = open()
  await worker.emit(watchDevices, snapshot())
  await worker.emit(watchDevices, appeared(device('here', true)))
  expect(told).toEqual([])
})

it('tells the next page of what came while none was open', async () => {
  const first = open()
  await first.worker.emit(watchDevices, snapshot(device('here', true)))
  const second = open(first.storage)
  await second.worker.emit(watchDevices, snapshot(device('here', true), device('stranger')))
  expect(second.told).toEqual(['wrk_1 stranger'])
})
