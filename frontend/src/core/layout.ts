// The layout engine of ports.ts over the wasm replica: views as signals, commands at once, batches to the Hub in order.
import { batch, createSignal, type Setter } from 'solid-js'
import { type Backoff, createBackoff } from '../lib/retry'
import { share } from '../lib/share'
import { coreErrorCode, isPoisoned } from './errors'
import type { LayoutCommands, LayoutEngine, TabKind, WorkspaceView } from './ports'
import type { Core } from './wasm'

type Replica = Core['LayoutReplica']['prototype']

/** What the Hub answered to a batch. Throwing means: no answer, try again. */
export type SubmitAnswer =
  | { readonly kind: 'taken'; readonly rev: number }
  | { readonly kind: 'refused'; readonly code: string; readonly sentence: string }

export interface LayoutOptions {
  readonly core: Core
  readonly userId: string
  /** 16 fresh random bytes. */
  readonly seed: Uint8Array
  submit(batch: Uint8Array): Promise<SubmitAnswer>
  /** Milliseconds since 1970. */
  wallClock?(): number
  readonly backoff?: Backoff
}

/** What the organization's event stream feeds in. */
export interface LayoutFeed {
  /** Revision to ask the stream from; undefined before the first snapshot. */
  since(): number | undefined
  /** `first`: the first message of a stream, true even when it is older than what is known. */
  snapshot(bytes: Uint8Array, first: boolean): void
  /** `gap`: something is missing, ask again from `since`. */
  event(bytes: Uint8Array): 'applied' | 'seen' | 'gap'
  setConnected(connected: boolean): void
  /** Gives the memory back. */
  close(): void
}

export interface OwnedLayoutEngine extends LayoutEngine {
  readonly feed: LayoutFeed
}

/** A tab whose tile vanished before the Hub saw it goes to the workspace's first tile: what runs in it must stay reachable. */
interface Rescue {
  readonly workspaceId: string
  readonly tab: { readonly id: string; readonly kind: TabKind; readonly workerId: string }
}

/** A refused change takes those built on it along; the same sentence is said once for all of them. */
const SAME_SENTENCE_MS = 1_000
const DROPPED = 'Change dropped: the item is no longer available to you.'

export function createLayoutEngine(options: LayoutOptions): OwnedLayoutEngine {
  const { core, wallClock = Date.now, backoff = createBackoff() } = options
  const replica: Replica = new core.LayoutReplica(options.userId, options.seed)
  const [workspaces, setWorkspaces] = createSignal<readonly { id: string; title: string; editable: boolean }[]>()
  const [online, setOnline] = createSignal({ connected: false, since: wallClock() })
  const views = new Map<string, { read: () => WorkspaceView | undefined; write: Setter<WorkspaceView | undefined> }>()
  const listeners = new Set<(sentence: string) => void>()
  const rescues = new Map<string, Rescue>()
  let closed = false

  function project(id: string, previous: WorkspaceView | undefined): WorkspaceView | undefined {
    const json = replica.workspace(id)
    return json === undefined ? undefined : share(previous, JSON.parse(json) as WorkspaceView)
  }

  /** Brings every signal up to date; what did not change keeps its identity and wakes nobody. */
  function refresh(): void {
    if (!replica.isReady()) return
    batch(() => {
      setWorkspaces(previous => share(previous, JSON.parse(replica.workspaces()) as NonNullable<typeof previous>))
      for (const [id, view] of views) view.write(previous => project(id, previous))
    })
  }

  let said = { sentence: '', at: 0 }
  function refused(sentence: string): void {
    const now = wallClock()
    const again = said.sentence === sentence && now - said.at < SAME_SENTENCE_MS
    said = { sentence, at: now }
    if (again) return
    for (const listener of listeners) listener(sentence)
  }

  /** Runs a command of the replica; a refusal on the spot is told like the Hub's and answered with `otherwise`. */
  function run<T>(command: () => T, otherwise: T): T {
    try {
      const answer = command()
      refresh()
      void pump()
      return answer
    } catch (error) {
      if (isPoisoned(error)) throw error
      refused(wording(coreErrorCode(error), error instanceof Error ? error.message : ''))
      return otherwise
    }
  }

  let pumping = false
  let cancelPause: (() => void) | undefined

  /** Submits what waits, oldest first and one at a time: a batch may build on the one before. */
  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    try {
      for (let next = takeNext(); next; next = takeNext()) {
        const { id, bytes } = next
        try {
          const answer = await options.submit(bytes)
          backoff.reset()
          if (!closed) settle(id, answer)
        } catch (error) {
          if (isPoisoned(error)) throw error
          await pause(backoff.next())
        }
      }
    } finally {
      pumping = false
    }
  }

  function takeNext(): { id: string; bytes: Uint8Array } | undefined {
    const submission = closed ? undefined : replica.nextSubmission()
    if (!submission) return undefined
    const { id, bytes } = submission
    submission.free()
    return { id, bytes }
  }

  function pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      cancelPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function settle(id: string, answer: SubmitAnswer): void {
    const rescue = rescues.get(id)
    rescues.delete(id)
    if (answer.kind === 'taken') {
      replica.taken(id, answer.rev)
      return refresh()
    }
    replica.refused(id)
    refresh()
    const tile = rescue && answer.code === 'not_found' ? replica.mainTile(rescue.workspaceId) : undefined
    if (rescue && tile !== undefined) addTab(rescue.workspaceId, rescue.tab, tile)
    else refused(wording(answer.code, answer.sentence))
  }

  function addTab(workspaceId: string, tab: Rescue['tab'], tileId: string, before?: string, after?: string): void {
    run(() => {
      replica.addTab(tab.id, tab.kind, tab.workerId, tileId, before, after)
      const made = replica.lastBatch()
      if (made !== undefined) rescues.set(made, { workspaceId, tab })
    }, undefined)
  }

  const commands: LayoutCommands = {
    createWorkspace(title) {
      const id = replica.createWorkspace(title)
      refresh()
      void pump()
      return id
    },
    renameWorkspace: (id, title) => run(() => replica.renameWorkspace(id, title), undefined),
    deleteWorkspace: id => run(() => replica.deleteWorkspace(id), undefined),
    addTab: (workspaceId, tab, { tileId, before, after }) => addTab(workspaceId, tab, tileId, before, after),
    moveTab: (_, tabId, { tileId, before, after }) => run(() => void replica.moveTab(tabId, tileId, before, after), undefined),
    removeTab: (_, tabId) => run(() => replica.removeTab(tabId), undefined),
    splitTile: (_, tileId, direction) => run(() => replica.splitTile(tileId, direction), tileId),
    closeTile: (_, tileId, tabs) => run<string | undefined>(() => replica.closeTile(tileId, tabs === 'move'), undefined),
    setRatios: (_, nodeId, ratios) => run(() => replica.setRatios(nodeId, Float64Array.from(ratios)), undefined),
    makeGrid: (_, tileId, rows, cols) => run(() => replica.makeGrid(tileId, rows, cols), undefined),
  }

  const feed: LayoutFeed = {
    since: () => (replica.isReady() ? replica.rev() : undefined),
    snapshot(bytes, first) {
      replica.receiveSnapshot(bytes, first)
      refresh()
    },
    event(bytes) {
      const received = replica.receiveEvent(bytes) as 'applied' | 'seen' | 'gap'
      if (received === 'applied') refresh()
      return received
    },
    setConnected(connected) {
      if (connected !== online().connected) setOnline({ connected, since: wallClock() })
      if (connected) {
        backoff.reset()
        cancelPause?.()
        void pump()
      }
    },
    close() {
      closed = true
      cancelPause?.()
      replica.free()
    },
  }

  return {
    workspaces,
    workspace(id) {
      const known = views.get(id)
      if (known) return known.read()
      const [read, write] = createSignal<WorkspaceView | undefined>(replica.isReady() ? project(id, undefined) : undefined)
      views.set(id, { read, write })
      return read()
    },
    commands,
    newTabId: () => replica.newTabId(),
    online,
    onRefused(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    feed,
  }
}

function wording(code: string, sentence: string): string {
  if (code === 'not_found') return DROPPED
  if (code === 'offline_too_long') return sentence
  return `Change rejected: ${sentence}`
}
