// One agent tab: its status, the loaded part of its transcript, and what the reader can do with it.
import { type Accessor, batch, createEffect, createMemo, createRoot, createSignal, on } from 'solid-js'
import {
  type AgentEvent,
  type AgentSnapshot,
  AgentState,
  type AgentStatus,
  type Item,
  type RespondRequest,
} from '../../gen/leapmux/worker/v1/agent_pb'
import type { ListPosition } from '../../lib/virtual-list'
import { agentMethods as api } from '../../rpc/methods'
import type { WorkerClient, WorkerError } from '../../rpc/ports'
import { eventRuns } from './event-runs'
import { createOutbox, type Outbox, type OutboxEntry, type OutgoingAttachment } from './outbox'
import { buildRows, type Row, rowKeys, rowShape } from './rows'
import type { Transcript } from './transcript'
import * as transcripts from './transcript'

/** Items of one page; items kept for a tab in view and for one that is not (AGT-95, AGT-96). */
export const PAGE_SIZE = 50
export const VISIBLE_LIMIT = 300
export const HIDDEN_LIMIT = 100

export interface AgentStorePorts {
  readonly client: WorkerClient
  readonly tabId: string
  /** Runs the callback once before the next paint; soon, when the page is hidden. */
  frame(callback: () => void): void
  now(): number
  /** 16 random bytes as hex. */
  newClientId(): string
  loadOutbox(): readonly OutboxEntry[]
  saveOutbox(entries: readonly OutboxEntry[] | undefined): void
  readonly showHidden: Accessor<boolean>
}

export type Answer = Partial<Pick<RespondRequest, 'optionId' | 'feedback' | 'bypass' | 'clearContext'>> & {
  readonly answers?: readonly { questionId: string; optionIds: string[]; text: string }[]
}

export type AgentStore = ReturnType<typeof createAgentStore>

export function createAgentStore(ports: AgentStorePorts) {
  return createRoot(dispose => ({ ...openAgentStore(ports, dispose) }))
}

function openAgentStore(ports: AgentStorePorts, dispose: () => void) {
  const { client, tabId } = ports
  const cells = new Map<string, ReturnType<typeof createSignal<Item>>>()
  const [order, setOrder] = createSignal<readonly string[]>([])
  const [status, setStatus] = createSignal<AgentStatus>()
  const [failure, setFailure] = createSignal<WorkerError>()
  const [isLoaded, setLoaded] = createSignal(false)
  const [ends, setEnds] = createSignal({ hasEarlier: false, hasLater: false })
  const [loading, setLoading] = createSignal<'earlier' | 'later' | 'latest'>()
  const [shapes, setShapes] = createSignal(0)
  const [expanded, setExpanded] = createSignal<ReadonlyMap<string, boolean>>(new Map())
  const [position, setPosition] = createSignal<ListPosition>()
  const [optimistic, setOptimistic] = createSignal<ReadonlyMap<string, string>>(new Map())

  let transcript: Transcript = transcripts.EMPTY_TRANSCRIPT
  /** Requests that wait for an answer are kept even when the window moves away from them. */
  const [requests, setRequests] = createSignal<ReadonlyMap<string, Item>>(new Map())
  /** Options the Worker accepted: its next status is what they really are. */
  const confirmed = new Set<string>()
  let limit = VISIBLE_LIMIT
  let isFollowing = true

  const outbox: Outbox = createOutbox({
    load: ports.loadOutbox,
    save: ports.saveOutbox,
    async deliver(entry) {
      const attachments = entry.attachments.map(file => ({ ...file, size: BigInt(file.data.length) }))
      await client.call(api.send, { tabId, clientId: entry.clientId, text: entry.text, attachments })
    },
  })

  /** Publishes a new transcript: cells of changed items, then order and ends. */
  function publish(next: Transcript): void {
    const before = transcript
    transcript = next
    let hasNewShape = false
    for (const [id, item] of next.items) {
      const old = before.items.get(id)
      if (old === item) continue
      const cell = cells.get(id)
      if (cell === undefined) cells.set(id, createSignal<Item>(item))
      else cell[1](item)
      if (old === undefined || rowShape(old) !== rowShape(item)) hasNewShape = true
      if (item.body.case === 'userMessage') outbox.settle(item.body.value.clientId)
    }
    for (const id of before.items.keys()) if (!next.items.has(id)) cells.delete(id)
    if (before.order !== next.order) setOrder(next.order)
    if (hasNewShape) setShapes(count => count + 1)
    if (before.hasEarlier !== next.hasEarlier || before.hasLater !== next.hasLater) {
      setEnds({ hasEarlier: next.hasEarlier, hasLater: next.hasLater })
    }
  }

  function keepRequests(items: readonly Item[]): void {
    const asked = items.filter(item => item.body.case === 'permission' || item.body.case === 'question')
    if (asked.length === 0) return
    const next = new Map(requests())
    for (const item of asked) {
      const isOpen =
        'value' in item.body && (item.body.value as { resolution?: { resolved: boolean } }).resolution?.resolved !== true
      if (isOpen) next.set(item.itemId, item)
      else next.delete(item.itemId)
    }
    setRequests(next)
  }

  function applySnapshot(snapshot: AgentSnapshot): void {
    const isFresh = snapshot.reset || !isLoaded()
    const next = isFresh
      ? transcripts.replaceAll(transcript, snapshot.items, { hasEarlier: snapshot.hasEarlier, hasLater: false }, snapshot.rev)
      : { ...transcripts.upsertItems(transcript, snapshot.items), rev: maxRev(transcript.rev, snapshot.rev) }
    if (snapshot.reset) setRequests(new Map())
    keepRequests([...snapshot.items, ...snapshot.pending])
    publish(next)
    if (snapshot.status !== undefined) applyStatus(snapshot.status)
    setFailure(undefined)
    setLoaded(true)
  }

  function applyStatus(next: AgentStatus): void {
    setStatus(next)
    const still = [...optimistic()].filter(
      ([id, value]) => !confirmed.has(id) && next.options.find(group => group.id === id)?.current !== value,
    )
    confirmed.clear()
    if (still.length !== optimistic().size) setOptimistic(new Map(still))
  }

  const inbox: AgentEvent['event'][] = []
  let isFrameAsked = false
  /** Everything but snapshots waits for the frame: hundreds of deltas become one update. */
  function receive({ event }: AgentEvent): void {
    if (event.case === 'snapshot') {
      flush()
      batch(() => applySnapshot(event.value))
      return
    }
    inbox.push(event)
    if (isFrameAsked) return
    isFrameAsked = true
    ports.frame(() => {
      isFrameAsked = false
      flush()
    })
  }
  function flush(): void {
    const events = inbox.splice(0)
    if (events.length === 0) return
    batch(() => {
      let next = transcript
      for (const run of eventRuns(events)) {
        if (run.case === 'items') {
          next = transcripts.upsertItems(next, run.items)
          keepRequests(run.items)
        } else if (run.case === 'pieces') next = transcripts.appendPieces(next, run.itemId, run.pieces)
        else if (run.case === 'removedItemId') next = transcripts.removeItem(next, run.value)
        else applyStatus(run.value)
      }
      publish(bounded(next))
    })
  }

  /** Whoever reads at the end loses the start of the window; whoever reads further up, what arrives at the end. */
  function bounded(next: Transcript): Transcript {
    if (next.order.length <= limit + PAGE_SIZE) return next
    if (isFollowing) return transcripts.trim(next, limit, 'first')
    return next.order.length > limit * 2 ? transcripts.trim(next, limit * 2 - PAGE_SIZE, 'last') : next
  }

  const stopWatching = client.watch(api.watch, {
    request: () => ({ tabId, afterRev: transcript.rev, pageSize: PAGE_SIZE }),
    onEvent: receive,
    onFailed: error => setFailure(() => error),
  })
  createEffect(on(client.state, state => state.kind === 'connected' && outbox.pump()))

  async function loadPage(side: 'earlier' | 'later'): Promise<void> {
    const edge = transcript.items.get((side === 'earlier' ? transcript.order[0] : transcript.order.at(-1)) ?? '')
    const hasMore = side === 'earlier' ? transcript.hasEarlier : transcript.hasLater
    if (loading() !== undefined || edge === undefined || !hasMore) return
    setLoading(side)
    try {
      const page = await client.call(api.history, {
        tabId,
        limit: PAGE_SIZE,
        anchor:
          side === 'earlier' ? { case: 'beforePosition', value: edge.position } : { case: 'afterPosition', value: edge.position },
      })
      batch(() => {
        const more = side === 'earlier' ? page.hasEarlier : page.hasLater
        const joined = transcripts.joinPage(transcript, page.items, side, more)
        publish(transcripts.trim(joined, limit, side === 'earlier' ? 'last' : 'first'))
      })
    } finally {
      setLoading(undefined)
    }
  }

  async function loadLatest(): Promise<void> {
    if (!transcript.hasLater) return
    setLoading('latest')
    try {
      const page = await client.call(api.history, { tabId, limit: PAGE_SIZE, anchor: { case: 'latest', value: true } })
      batch(() => publish(transcripts.replaceAll(transcript, page.items, { hasEarlier: page.hasEarlier, hasLater: false })))
    } finally {
      setLoading(undefined)
    }
  }

  const item = (id: string): Item | undefined => cells.get(id)?.[0]()
  let keys: ReadonlyMap<string, string> = new Map()
  const rows = createMemo<readonly Row[]>(() => {
    shapes()
    const loaded = order().flatMap(id => transcript.items.get(id) ?? [])
    const opened = expanded()
    const built = buildRows(loaded, { showHidden: ports.showHidden(), isExpanded: id => opened.get(id) }, keys)
    keys = rowKeys(built)
    return built
  })
  const pending = createMemo<readonly Item[]>(() => {
    const known = requests()
    return (status()?.pendingRequestIds ?? []).flatMap(id => known.get(id) ?? [])
  })

  return {
    tabId,
    client,
    status,
    /** Set when the Worker refuses the subscription: `not_found` means that the agent is gone. */
    failure,
    isLoaded,
    order,
    ends,
    loading,
    rows,
    /** Tracked: the row that shows an item updates alone. */
    item,
    pending,
    outbox: outbox.entries,
    isBusy: createMemo(() => {
      const state = status()?.state
      return state === AgentState.RUNNING || state === AgentState.WAITING || state === AgentState.COMPACTING
    }),
    /** Where the reader was when the list was last shown; kept while its pane is gone. */
    position,
    setPosition: (next: ListPosition) => void setPosition(next),
    loadEarlier: () => loadPage('earlier'),
    loadLater: () => loadPage('later'),
    loadLatest,
    /** Told by the list: the reader is at the end and wants to stay there. */
    setFollowing: (following: boolean) => void (isFollowing = following),
    /** A hidden tab keeps less. */
    setVisible(visible: boolean): void {
      limit = visible ? VISIBLE_LIMIT : HIDDEN_LIMIT
      if (!visible && isFollowing) batch(() => publish(transcripts.trim(transcript, limit, 'first')))
    },
    isExpanded: (id: string): boolean | undefined => expanded().get(id),
    setExpanded: (id: string, open: boolean) => void setExpanded(known => new Map(known).set(id, open)),

    send(text: string, attachments: readonly OutgoingAttachment[]): void {
      outbox.add({ clientId: ports.newClientId(), text, attachments, timeMs: ports.now() })
    },
    retryOutgoing: (clientId: string) => outbox.retry(clientId),
    dropOutgoing: (clientId: string) => outbox.drop(clientId),
    retryMessage: async (itemId: string) => void (await client.call(api.retryMessage, { tabId, itemId })),
    dropMessage: async (itemId: string) => void (await client.call(api.dropMessage, { tabId, itemId })),
    interrupt: async () => void (await client.call(api.interrupt, { tabId })),
    start: async () => void (await client.call(api.start, { tabId })),
    rawLines: async (itemId: string) => (await client.call(api.rawLines, { tabId, itemId })).lines,
    async answer(requestId: string, answer: Answer): Promise<void> {
      const { answers = [], ...rest } = answer
      await client.call(api.respond, { tabId, requestId, ...rest, answers: [...answers] })
    },
    /** The value a group shows: the one being set, else the agent's own. */
    option: (id: string): string | undefined => optimistic().get(id) ?? status()?.options.find(group => group.id === id)?.current,
    /** Shows the choice at once; takes it back and rejects when the Worker refuses. */
    async setOption(id: string, value: string): Promise<void> {
      setOptimistic(known => new Map(known).set(id, value))
      try {
        await client.call(api.setOption, { tabId, optionId: id, value })
        confirmed.add(id)
      } catch (error) {
        setOptimistic(known => new Map([...known].filter(([key, chosen]) => key !== id || chosen !== value)))
        throw error
      }
    },
    dispose(): void {
      stopWatching()
      dispose()
    },
  }
}

function maxRev(left: bigint, right: bigint): bigint {
  return left > right ? left : right
}
