import { create } from '@bufbuild/protobuf'
import { createRoot } from 'solid-js'
import { expect, it } from 'vitest'
import { SystemInfoResponseSchema } from '../../gen/leapmux/worker/v1/system_pb'
import { createMemoryStorage, createStorage } from '../../lib/storage'
import type { WorkerClients } from '../../rpc/ports'
import { connectionView } from './connection-view'
import { workerDetails } from './worker-details'
import { createWorkerDirectory, workerLabel } from './worker-directory'

const info = create(SystemInfoResponseSchema, {
  name: 'build-box',
  version: '0.1.0',
  os: 'linux',
  arch: 'x86_64',
  commit: 'abc1234',
})

it('names a Worker with what is known of it', () => {
  expect(workerLabel('wrk_1', undefined)).toBe('wrk_1')
  expect(workerLabel('wrk_1', info)).toBe('build-box (0.1.0, linux, x86_64)')
  expect(workerLabel('wrk_1', create(SystemInfoResponseSchema, { name: 'bare' }))).toBe('bare')
})

it('lists what it knows and leaves out what it does not', () => {
  expect(workerDetails('wrk_1', info)).toEqual({
    rows: [
      { label: 'Name', value: 'build-box' },
      { label: 'Version', value: '0.1.0 (abc1234)' },
      { label: 'OS', value: 'linux (x86_64)' },
    ],
    json: { worker_id: 'wrk_1', name: 'build-box', version: '0.1.0 (abc1234)', os: 'linux (x86_64)' },
  })
  expect(workerDetails('wrk_1', undefined).rows).toEqual([{ label: 'Id', value: 'wrk_1' }])
})

it('says why a channel waits', () => {
  expect(connectionView({ kind: 'waiting', retryAt: 0, reason: 'worker is offline' })).toMatchObject({
    status: 'offline',
    note: 'worker is offline',
  })
  expect(connectionView({ kind: 'connected' })).toEqual({ status: 'done', label: 'Connected' })
})

it('says that a Worker is offline rather than how often it was tried', () => {
  const waiting = { kind: 'waiting', retryAt: 0, reason: 'The Worker is offline.' } as const
  expect(connectionView(waiting, false)).toEqual({ status: 'offline', label: 'Offline', note: 'offline' })
  expect(connectionView({ kind: 'idle' }, false).note).toBe('offline')
  expect(connectionView({ kind: 'refused', reason: 'no' }, false).status).toBe('failed')
})

it('remembers the name of a Worker that is away', async () => {
  await createRoot(async dispose => {
    const storage = createStorage(createMemoryStorage())
    const call = (): Promise<unknown> => Promise.resolve(info)
    const workers = { get: () => ({ state: () => ({ kind: 'connected' }), call }) } as unknown as WorkerClients
    const [seen, later] = [createWorkerDirectory(workers, storage), createWorkerDirectory(workers, storage)]
    seen.info('wrk_1')
    await Promise.resolve()
    await Promise.resolve()
    await Promise.resolve()
    expect(seen.lastName('wrk_1')).toBe('build-box')
    expect(later.lastName('wrk_1')).toBe('build-box')
    expect(seen.lastName('wrk_2')).toBeUndefined()
    dispose()
  })
})
