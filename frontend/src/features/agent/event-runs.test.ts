import { create } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import { type AgentEvent, AgentEventSchema } from '../../gen/leapmux/worker/v1/agent_pb'
import { eventRuns } from './event-runs'

type Event = AgentEvent['event']

const item = (itemId: string): Event => create(AgentEventSchema, { event: { case: 'item', value: { itemId } } }).event
const piece = (itemId: string, text: string, rev: bigint): Event =>
  create(AgentEventSchema, { event: { case: 'delta', value: { itemId, text, rev } } }).event
const status = (phase: string): Event => create(AgentEventSchema, { event: { case: 'status', value: { phase } } }).event

it('puts neighbours together and keeps the order between kinds', () => {
  const runs = eventRuns([
    item('a'),
    item('b'),
    status('first'),
    piece('b', 'x', 3n),
    piece('b', 'y', 4n),
    piece('c', 'z', 5n),
    item('b'),
  ])
  const told = runs.map(run => {
    if (run.case === 'items') return run.items.map(each => each.itemId)
    return run.case === 'pieces' ? `${run.itemId}:${run.pieces.map(each => each.text).join('')}` : run.case
  })
  expect(told).toEqual([['a', 'b'], 'b:xy', 'c:z', ['b'], 'status'])
})

it('has only the last status', () => {
  const runs = eventRuns([status('first'), status('last')])
  expect(runs).toHaveLength(1)
  expect(runs[0]?.case === 'status' && runs[0].value.phase).toBe('last')
})
