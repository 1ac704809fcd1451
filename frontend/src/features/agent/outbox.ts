// Messages that are not yet part of the transcript: sent one after the other, kept while the Worker is away, never twice.
import { type Accessor, createSignal } from 'solid-js'
import { WorkerError } from '../../rpc/ports'

export interface OutgoingAttachment {
  readonly name: string
  readonly mediaType: string
  readonly data: Uint8Array
}

export interface OutboxEntry {
  /** The client id the Worker tells repeated sends by. */
  readonly clientId: string
  readonly text: string
  readonly attachments: readonly OutgoingAttachment[]
  readonly timeMs: number
  readonly state: 'waiting' | 'sending' | 'failed'
  /** Why it failed, for people. */
  readonly failure: string
}

export interface OutboxPorts {
  deliver(entry: OutboxEntry): Promise<void>
  /** Texts that survive a reload; attachments do not fit into browser storage. */
  save(entries: readonly OutboxEntry[] | undefined): void
  load(): readonly OutboxEntry[]
}

export interface Outbox {
  readonly entries: Accessor<readonly OutboxEntry[]>
  add(entry: Pick<OutboxEntry, 'clientId' | 'text' | 'attachments' | 'timeMs'>): void
  /** The transcript holds this message now. */
  settle(clientId: string): void
  retry(clientId: string): void
  drop(clientId: string): void
  /** The Worker can be reached (again): sends what waits. */
  pump(): void
}

/** Errors after which the same message is sent again once the Worker is back; it is recognized by its client id. */
const TRANSIENT = new Set(['channel_lost', 'unavailable', 'timeout', 'deadline_exceeded', 'cancelled', 'canceled', 'offline'])

export function createOutbox(ports: OutboxPorts): Outbox {
  const [entries, setEntries] = createSignal<readonly OutboxEntry[]>(ports.load())
  let isSending = false

  function write(next: readonly OutboxEntry[]): void {
    setEntries(next)
    const kept = next.filter(entry => entry.attachments.length === 0)
    ports.save(kept.length === 0 ? undefined : kept)
  }
  const change = (clientId: string, patch: Partial<OutboxEntry>): void =>
    write(entries().map(entry => (entry.clientId === clientId ? { ...entry, ...patch } : entry)))
  const remove = (clientId: string): void => write(entries().filter(entry => entry.clientId !== clientId))

  /** In order: a message waits until the one before it is delivered or has failed for good. */
  async function pump(): Promise<void> {
    if (isSending) return
    isSending = true
    try {
      for (let next = nextWaiting(); next !== undefined; next = nextWaiting()) {
        change(next.clientId, { state: 'sending' })
        if (!(await deliver(next))) break
      }
    } finally {
      isSending = false
    }
  }
  const nextWaiting = (): OutboxEntry | undefined => entries().find(entry => entry.state === 'waiting')

  async function deliver(entry: OutboxEntry): Promise<boolean> {
    try {
      await ports.deliver(entry)
      remove(entry.clientId)
      return true
    } catch (error) {
      const isTransient = error instanceof WorkerError && TRANSIENT.has(error.code)
      const failure = error instanceof Error ? error.message : String(error)
      change(entry.clientId, isTransient ? { state: 'waiting' } : { state: 'failed', failure })
      return !isTransient
    }
  }

  return {
    entries,
    add(entry) {
      write([...entries(), { ...entry, state: 'waiting', failure: '' }])
      void pump()
    },
    settle: clientId => {
      if (entries().some(entry => entry.clientId === clientId)) remove(clientId)
    },
    retry(clientId) {
      change(clientId, { state: 'waiting', failure: '' })
      void pump()
    },
    drop: remove,
    pump: () => void pump(),
  }
}
