import { create } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import { type ListWorkersResponse, ListWorkersResponseSchema } from '../gen/leapmux/hub/v1/worker_pb.js'
import { createWorkerList } from './worker-list'

const answer = (...ids: string[]): ListWorkersResponse =>
  create(ListWorkersResponseSchema, { workers: ids.map(workerId => ({ workerId, online: true, local: workerId === 'wrk_1' })) })

it('asks once for many questions, and once more for those that came meanwhile', async () => {
  const asked: ((answer: ListWorkersResponse) => void)[] = []
  const list = createWorkerList(() => new Promise(resolve => asked.push(resolve)))
  expect(list.workers()).toBeUndefined()
  const questions = Promise.all([list.refresh(), list.refresh(), list.refresh()])
  expect(asked).toHaveLength(1)
  asked[0]!(answer('wrk_1'))
  await Promise.resolve()
  await Promise.resolve()
  expect(asked).toHaveLength(2)
  const before = list.workers()?.[0]
  asked[1]!(answer('wrk_1', 'wrk_2'))
  await questions
  expect(list.workers()?.map(worker => worker.id)).toEqual(['wrk_1', 'wrk_2'])
  expect(list.workers()?.[0]).toBe(before)
})

it('keeps what it knows when the Hub does not answer', async () => {
  const answers = [Promise.resolve(answer('wrk_1')), Promise.reject(new Error('no network'))]
  const list = createWorkerList(() => answers.shift()!)
  expect(await list.isLocal('wrk_1')).toBe(true)
  await list.refresh()
  expect(list.workers()).toHaveLength(1)
  expect(await list.isLocal('wrk_1')).toBe(true)
})
