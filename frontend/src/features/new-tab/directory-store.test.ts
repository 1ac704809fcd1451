import { createRoot } from 'solid-js'
import { expect, it } from 'vitest'
import { EntryKind } from '../../gen/leapmux/worker/v1/file_pb'
import { WorkerError } from '../../rpc/ports'
import { createFakeWorker } from '../../testing/fake-worker'
import { listDirectory } from '../worker/worker-api'
import { createDirectoryStore, type DirectoryNode } from './directory-store'

const TREE: Record<string, string[]> = { '/home/ada': ['src'], '/home/ada/src': ['app'], '/': ['home'] }
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const labels = (nodes: readonly DirectoryNode[]): unknown[] =>
  nodes.map(node => (node.children?.length ? [node.label, labels(node.children)] : node.label))

function open() {
  const worker = createFakeWorker()
  worker.on(listDirectory, ({ path }) => {
    const absolute = path.replace('~', '/home/ada')
    const names = TREE[absolute]
    if (!names) throw new WorkerError('not_found', `there is no directory ${absolute}`)
    return { path: absolute, entries: names.map(name => ({ name, kind: EntryKind.DIRECTORY })) }
  })
  const store = createRoot(() =>
    createDirectoryStore(
      { get: () => worker },
      () => 'wrk',
      () => false,
    ),
  )
  return { worker, store }
}

it('starts at home, with the root of the system below', async () => {
  const { store } = open()
  await settled()
  expect(store.home()).toBe('/home/ada')
  expect(labels(store.nodes())).toEqual([['~', ['src']], '/'])
})

it('opens the way to a directory and lists each once', async () => {
  const { worker, store } = open()
  await settled()
  store.reveal('/home/ada/src/app')
  store.reveal('/home/ada/src/app')
  await settled()
  expect(labels(store.nodes())).toEqual([['~', [['src', ['app']]]], '/'])
  expect(worker.calls.filter(call => call.request.path === '/home/ada/src')).toHaveLength(1)
})

it('a directory that cannot be listed says so and is tried again when opened again', async () => {
  const { store } = open()
  await settled()
  store.toggle('/home/ada/src')
  await settled()
  store.toggle('/home/ada/src/app')
  await settled()
  const app = store.nodes()[0]?.children?.[0]?.children?.[0]
  expect(app?.state).toBe('failed')
  expect(await store.resolve('/nowhere')).toEqual({ problem: 'there is no directory /nowhere' })
  expect(await store.resolve('~/src')).toEqual({ path: '/home/ada/src' })
})
