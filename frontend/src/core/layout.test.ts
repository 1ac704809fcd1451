import { createEffect, createRoot } from 'solid-js'
import { expect, it, vi } from 'vitest'
import { createBackoff } from '../lib/retry'
import { createLayoutEngine, type SubmitAnswer } from './layout'
import type { LayoutNode, LeafView } from './ports'
import { loadTestCore } from './testing'

const core = await loadTestCore()
const utf8 = new TextEncoder()

/** Writes the documents of a Hub that takes everything: the batch comes back as an event, op by op. */
function eventOf(batch: Uint8Array, rev: number, after = rev - 1): Uint8Array {
  const { body } = JSON.parse(new TextDecoder().decode(batch)) as { body: { id: string; ops: object[] } }
  const steps = body.ops.map(op => ({ kind: 'op', ...op }))
  return utf8.encode(JSON.stringify({ v: 1, body: { rev, after, batch: body.id, steps } }))
}
const emptySnapshot = (rev = 0): Uint8Array => utf8.encode(JSON.stringify({ v: 1, body: { rev, entities: [] } }))

function setUp(submit?: (batch: Uint8Array) => Promise<SubmitAnswer>) {
  const batches: Uint8Array[] = []
  const engine = createLayoutEngine({
    core,
    userId: 'usr_ada',
    seed: crypto.getRandomValues(new Uint8Array(16)),
    backoff: createBackoff(() => 0),
    submit:
      submit ??
      (batch => {
        batches.push(batch)
        return Promise.resolve({ kind: 'taken', rev: batches.length })
      }),
  })
  const refusals: string[] = []
  engine.onRefused(sentence => refusals.push(sentence))
  return { engine, batches, refusals, commands: engine.commands }
}

function leaves(node: LayoutNode): LeafView[] {
  if (node.type === 'leaf') return [node]
  return (node.type === 'split' ? node.children : node.cells).flatMap(leaves)
}

it('knows nothing before the first snapshot and everything at once after a command', () => {
  const { engine, commands } = setUp()
  expect(engine.workspaces()).toBeUndefined()
  expect(engine.feed.since()).toBeUndefined()
  engine.feed.snapshot(emptySnapshot(), true)
  expect(engine.workspaces()).toEqual([])
  const id = commands.createWorkspace(' Desk ')
  expect(engine.workspaces()).toEqual([{ id, title: 'Desk', editable: true }])
  const root = engine.workspace(id)?.root
  expect(root).toMatchObject({ type: 'leaf', tabs: [] })
  expect(() => commands.createWorkspace(' ')).toThrow('Name must not be empty')
})

it('keeps the identity of tiles that did not change', () => {
  const { engine, commands } = setUp()
  engine.feed.snapshot(emptySnapshot(), true)
  const id = commands.createWorkspace('W')
  const first = leaves(engine.workspace(id)!.root)[0]!
  const second = commands.splitTile(id, first.id, 'vertical')
  const before = leaves(engine.workspace(id)!.root)
  expect(before.map(leaf => leaf.id)).toEqual([first.id, second])
  commands.addTab(id, { id: engine.newTabId(), kind: 'terminal', workerId: 'wrk_1' }, { tileId: second })
  const after = leaves(engine.workspace(id)!.root)
  expect(after[0]).toBe(before[0])
  expect(after[1]).not.toBe(before[1])
  expect(after[1]?.tabs[0]).toMatchObject({ kind: 'terminal', workerId: 'wrk_1', tileId: second })
})

it('wakes only views of what changed', () => {
  const { engine, commands } = setUp()
  engine.feed.snapshot(emptySnapshot(), true)
  const [one, two] = [commands.createWorkspace('One'), commands.createWorkspace('Two')]
  const seen: string[] = []
  const stop = createRoot(dispose => {
    createEffect(() => seen.push(engine.workspace(one)?.title ?? 'gone'))
    return dispose
  })
  commands.renameWorkspace(two, 'Second')
  commands.renameWorkspace(one, 'First')
  commands.deleteWorkspace(one)
  expect(seen).toEqual(['One', 'First', 'gone'])
  stop()
})

it('submits in order, one at a time, and drops what the event confirms', async () => {
  const { engine, commands, batches } = setUp()
  engine.feed.snapshot(emptySnapshot(), true)
  const id = commands.createWorkspace('A')
  commands.renameWorkspace(id, 'B')
  await vi.waitFor(() => expect(batches).toHaveLength(2))
  expect(engine.feed.event(eventOf(batches[0]!, 1))).toBe('applied')
  expect(engine.workspace(id)?.title).toBe('B')
  expect(engine.feed.event(eventOf(batches[1]!, 2))).toBe('applied')
  expect(engine.feed.event(eventOf(batches[1]!, 2))).toBe('seen')
  expect(engine.feed.since()).toBe(2)
  expect(engine.feed.event(eventOf(batches[1]!, 4))).toBe('gap')
})

it('takes a refused change back and says why', async () => {
  const { engine, commands, refusals } = setUp(() =>
    Promise.resolve({ kind: 'refused', code: 'limit_exceeded', sentence: 'You cannot own more than 1,000 workspaces.' }),
  )
  engine.feed.snapshot(emptySnapshot(), true)
  commands.createWorkspace('One too many')
  await vi.waitFor(() => expect(engine.workspaces()).toEqual([]))
  expect(refusals).toEqual(['Change rejected: You cannot own more than 1,000 workspaces.'])
})

it('tells a refusal on the spot the same way and changes nothing', () => {
  const { engine, commands, refusals } = setUp()
  engine.feed.snapshot(emptySnapshot(), true)
  const id = commands.createWorkspace('W')
  const only = leaves(engine.workspace(id)!.root)[0]!
  const before = engine.workspace(id)
  expect(commands.closeTile(id, only.id, 'move')).toBeUndefined()
  commands.removeTab(id, engine.newTabId())
  commands.removeTab(id, engine.newTabId())
  expect(engine.workspace(id)).toBe(before)
  expect(refusals).toEqual([
    'Change rejected: The last tile cannot be closed.',
    'Change dropped: the item is no longer available to you.',
  ])
})

it('puts a tab whose tile vanished into the first tile', async () => {
  const answers: SubmitAnswer[] = [
    { kind: 'taken', rev: 1 },
    { kind: 'taken', rev: 2 },
    { kind: 'refused', code: 'not_found', sentence: 'The tile no longer exists.' },
    { kind: 'taken', rev: 3 },
  ]
  const submitted: string[] = []
  const { engine, commands, refusals } = setUp(batch => {
    submitted.push(new TextDecoder().decode(batch))
    return Promise.resolve(answers.shift()!)
  })
  engine.feed.snapshot(emptySnapshot(), true)
  const id = commands.createWorkspace('W')
  const first = leaves(engine.workspace(id)!.root)[0]!
  const second = commands.splitTile(id, first.id, 'vertical')
  const tab = engine.newTabId()
  commands.addTab(id, { id: tab, kind: 'agent', workerId: 'wrk_1' }, { tileId: second })
  await vi.waitFor(() => expect(submitted).toHaveLength(4))
  expect(submitted[3]).toContain(first.id)
  expect(leaves(engine.workspace(id)!.root)[0]?.tabs.map(view => view.id)).toEqual([tab])
  expect(refusals).toEqual([])
})

it('keeps a change while the Hub cannot be reached and submits the same again', async () => {
  vi.useFakeTimers()
  try {
    const tries: string[] = []
    const { engine, commands } = setUp(batch => {
      tries.push(new TextDecoder().decode(batch))
      return tries.length < 3 ? Promise.reject(new Error('no network')) : Promise.resolve({ kind: 'taken', rev: 1 })
    })
    engine.feed.snapshot(emptySnapshot(), true)
    const id = commands.createWorkspace('Offline')
    await vi.advanceTimersByTimeAsync(200)
    expect(tries).toHaveLength(2)
    engine.feed.setConnected(true)
    await vi.advanceTimersByTimeAsync(0)
    expect(new Set(tries).size).toBe(1)
    expect(tries).toHaveLength(3)
    expect(engine.workspace(id)?.title).toBe('Offline')
    expect(engine.online().connected).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})
