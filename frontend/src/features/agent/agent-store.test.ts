import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { AgentState, AgentStatusSchema, type Item, ItemSchema } from '../../gen/leapmux/worker/v1/agent_pb'
import { agentMethods as api } from '../../rpc/methods'
import { WorkerError } from '../../rpc/ports'
import { item, textItem, userItem } from '../../testing/agent-items'
import { createFakeWorker } from '../../testing/fake-worker'
import { createAgentStore, HIDDEN_LIMIT, PAGE_SIZE, VISIBLE_LIMIT } from './agent-store'
import type { OutboxEntry } from './outbox'

const settled = () => new Promise<void>(resolve => setImmediate(resolve))

function setUp(saved: readonly OutboxEntry[] = []) {
  const worker = createFakeWorker()
  const frames: (() => void)[] = []
  const outbox = { saved: saved as readonly OutboxEntry[] | undefined }
  let ids = 0
  const store = createAgentStore({
    client: worker,
    tabId: 'tab_1',
    frame: callback => void frames.push(callback),
    now: () => 1_700_000_000_000,
    newClientId: () => `client-${++ids}`,
    loadOutbox: () => saved,
    saveOutbox: entries => void (outbox.saved = entries),
    showHidden: () => false,
  })
  const runFrame = () => frames.splice(0).forEach(frame => frame())
  const snapshot = (
    items: readonly Item[],
    more: { hasEarlier?: boolean; reset?: boolean; rev?: bigint; pending?: Item[] } = {},
  ) =>
    worker.emit(api.watch, {
      event: { case: 'snapshot', value: { items: [...items], status: { state: AgentState.IDLE }, ...more } },
    })
  const emitItem = (value: Item) => worker.emit(api.watch, { event: { case: 'item', value } })
  const text = (id: string) => {
    const body = store.item(id)?.body
    return body?.case === 'text' || body?.case === 'userMessage' ? body.value.text : undefined
  }
  return { worker, store, runFrame, frames, snapshot, emitItem, text, outbox }
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => textItem(from + index, `text ${from + index}`))

describe('streaming', () => {
  it('joins the deltas of a frame and lets the final item replace them', async () => {
    const { worker, runFrame, frames, snapshot, emitItem, text } = setUp()
    await snapshot([userItem(1, 'hi')])
    await emitItem(textItem(2, '', true))
    for (const [index, part] of ['He', 'll', 'o'].entries()) {
      await worker.emit(api.watch, {
        event: { case: 'delta', value: { itemId: 'item_2', text: part, rev: BigInt(3 + index) } },
      })
    }
    expect(frames).toHaveLength(1)
    expect(text('item_2')).toBeUndefined()
    runFrame()
    expect(text('item_2')).toBe('Hello')
    await emitItem(create(ItemSchema, { ...textItem(2, 'Hello!'), rev: 9n }))
    runFrame()
    expect(text('item_2')).toBe('Hello!')
  })

  it('takes no delta twice', async () => {
    const { worker, runFrame, snapshot, text } = setUp()
    await snapshot([textItem(5, 'abc', true)])
    await worker.emit(api.watch, { event: { case: 'delta', value: { itemId: 'item_5', text: 'c', rev: 5n } } })
    runFrame()
    expect(text('item_5')).toBe('abc')
  })
})

describe('resuming', () => {
  it('asks for what changed after the last revision it saw', async () => {
    const { worker, snapshot, emitItem, runFrame } = setUp()
    expect(worker.watches[0]?.request()).toMatchObject({ tabId: 'tab_1', afterRev: 0n, pageSize: PAGE_SIZE })
    await snapshot([textItem(1, 'a')], { rev: 40n })
    await emitItem(create(ItemSchema, { ...textItem(2, 'b'), rev: 44n }))
    runFrame()
    expect(worker.watches[0]?.request()).toMatchObject({ afterRev: 44n })
  })

  it('adds what was missed and keeps the rest, without doubling', async () => {
    const { store, snapshot } = setUp()
    await snapshot([textItem(1, 'a'), textItem(2, 'b')])
    await snapshot([create(ItemSchema, { ...textItem(2, 'B'), rev: 7n }), textItem(3, 'c')])
    expect(store.order()).toEqual(['item_1', 'item_2', 'item_3'])
  })

  it('drops everything when the Worker says so', async () => {
    const { store, snapshot } = setUp()
    await snapshot([textItem(1, 'a')])
    await snapshot([textItem(900, 'z')], { reset: true, hasEarlier: true })
    expect(store.order()).toEqual(['item_900'])
    expect(store.ends().hasEarlier).toBe(true)
  })
})

describe('the window', () => {
  it('stays bounded while the reader follows', async () => {
    const { store, snapshot, emitItem, runFrame } = setUp()
    await snapshot(range(1, 51))
    for (const next of range(51, 1200)) {
      await emitItem(next)
      if (Number(next.position) % 40 === 0) runFrame()
    }
    runFrame()
    expect(store.order().length).toBeLessThanOrEqual(VISIBLE_LIMIT + PAGE_SIZE)
    expect(store.order().at(-1)).toBe('item_1199')
    expect(store.ends()).toEqual({ hasEarlier: true, hasLater: false })
    expect(store.item('item_1')).toBeUndefined()
  })

  it('loads earlier pages and gives up the far end', async () => {
    const { worker, store, snapshot } = setUp()
    await snapshot(range(1000, 1050), { hasEarlier: true })
    worker.on(api.history, request => {
      const before = Number(request.anchor.value)
      return { items: range(before - PAGE_SIZE, before), hasEarlier: true }
    })
    for (let page = 0; page < 8; page += 1) await store.loadEarlier()
    expect(store.order()).toHaveLength(VISIBLE_LIMIT)
    expect(store.order()[0]).toBe('item_600')
    expect(store.ends()).toEqual({ hasEarlier: true, hasLater: true })
  })

  it('leaves a gap at the end alone and jumps over it on demand', async () => {
    const { worker, store, snapshot, emitItem, runFrame } = setUp()
    await snapshot(range(1000, 1050), { hasEarlier: true })
    worker.on(api.history, request =>
      request.anchor.case === 'latest'
        ? { items: range(2000, 2050), hasEarlier: true }
        : { items: range(Number(request.anchor.value) - PAGE_SIZE, Number(request.anchor.value)), hasEarlier: true },
    )
    for (let page = 0; page < 8; page += 1) await store.loadEarlier()
    await emitItem(textItem(2049, 'new'))
    runFrame()
    expect(store.order()).not.toContain('item_2049')
    await store.loadLatest()
    expect(store.order().at(-1)).toBe('item_2049')
    expect(store.ends().hasLater).toBe(false)
  })

  it('is smaller for a hidden tab', async () => {
    const { store, snapshot } = setUp()
    await snapshot(range(1, 251))
    store.setVisible(false)
    expect(store.order()).toHaveLength(HIDDEN_LIMIT)
  })
})

describe('sending', () => {
  it('shows the message at once and gives way to the echo', async () => {
    const { worker, store, snapshot, emitItem, runFrame } = setUp()
    await snapshot([])
    let answer = () => {}
    worker.on(api.send, () => new Promise(resolve => (answer = () => resolve({ itemId: 'item_1' }))))
    store.send('hello', [])
    expect(store.outbox()).toMatchObject([{ clientId: 'client-1', text: 'hello', state: 'sending' }])
    await emitItem(userItem(1, 'hello', 'client-1'))
    runFrame()
    expect(store.outbox()).toEqual([])
    answer()
    await settled()
    expect(store.outbox()).toEqual([])
    expect(store.order()).toEqual(['item_1'])
  })

  it('keeps order and client id over a lost channel', async () => {
    const { worker, store, outbox } = setUp()
    let isOnline = false
    worker.setState({ kind: 'connecting' })
    worker.on(api.send, () => {
      if (!isOnline) throw new WorkerError('channel_lost', 'lost')
      return { itemId: 'x' }
    })
    store.send('one', [])
    store.send('two', [])
    await settled()
    expect(store.outbox().map(entry => [entry.text, entry.state])).toEqual([
      ['one', 'waiting'],
      ['two', 'waiting'],
    ])
    expect(outbox.saved).toHaveLength(2)
    isOnline = true
    worker.setState({ kind: 'connected' })
    await settled()
    expect(store.outbox()).toEqual([])
    expect(outbox.saved).toBeUndefined()
    expect(worker.calls.map(call => call.request.clientId)).toEqual(['client-1', 'client-1', 'client-2'])
  })

  it('keeps a refused message with its reason until it is sent again or deleted', async () => {
    const { worker, store } = setUp()
    worker.on(api.send, () => {
      throw new WorkerError('failed_precondition', 'the agent failed to start')
    })
    store.send('one', [])
    await settled()
    expect(store.outbox()).toMatchObject([{ state: 'failed', failure: 'the agent failed to start' }])
    worker.on(api.send, () => ({ itemId: 'x' }))
    store.retryOutgoing('client-1')
    await settled()
    expect(store.outbox()).toEqual([])
  })
})

describe('requests', () => {
  const permission = (position: number, resolved: boolean) =>
    item(position, { case: 'permission', value: { title: 'Bash', resolution: { resolved } } })

  it('lists what waits for an answer, oldest first, and drops what was answered elsewhere', async () => {
    const { worker, store, snapshot, emitItem, runFrame } = setUp()
    await snapshot([permission(1, false), permission(2, false)])
    const status = (ids: string[]) =>
      worker.emit(api.watch, { event: { case: 'status', value: { state: AgentState.WAITING, pendingRequestIds: ids } } })
    await status(['item_1', 'item_2'])
    runFrame()
    expect(store.pending().map(request => request.itemId)).toEqual(['item_1', 'item_2'])
    await emitItem(create(ItemSchema, { ...permission(1, true), rev: 5n }))
    await status(['item_2'])
    runFrame()
    expect(store.pending().map(request => request.itemId)).toEqual(['item_2'])
  })

  it('knows those above the page, and does not take them for its beginning', async () => {
    const { worker, store, snapshot, runFrame } = setUp()
    await snapshot([textItem(7, 'latest')], { hasEarlier: true, pending: [permission(1, false)] })
    await worker.emit(api.watch, {
      event: { case: 'status', value: { state: AgentState.WAITING, pendingRequestIds: ['item_1'] } },
    })
    runFrame()
    expect(store.pending().map(request => request.itemId)).toEqual(['item_1'])
    expect(store.order()).toEqual(['item_7'])
  })
})

describe('options', () => {
  it('shows the choice at once and takes it back when it is refused', async () => {
    const { worker, store, snapshot } = setUp()
    await snapshot([])
    await worker.emit(api.watch, {
      event: {
        case: 'snapshot',
        value: { status: create(AgentStatusSchema, { options: [{ id: 'model', current: 'opus' }] }) },
      },
    })
    let refuse = () => {}
    worker.on(api.setOption, () => new Promise((_, reject) => (refuse = () => reject(new WorkerError('failed', 'no')))))
    const change = store.setOption('model', 'sonnet')
    expect(store.option('model')).toBe('sonnet')
    await settled()
    refuse()
    await expect(change).rejects.toThrow('no')
    expect(store.option('model')).toBe('opus')
  })
})

it('says that the agent is gone', async () => {
  const { worker, store } = setUp()
  worker.fail(api.watch, new WorkerError('not_found', 'no such agent'))
  expect(store.failure()?.code).toBe('not_found')
})
