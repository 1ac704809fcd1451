// What `app/session.ts` opens and everything else lives on: who the user is, the layout engine, the Workers.
import type { Accessor } from 'solid-js'
import type { LayoutEngine } from '../core/ports'
import type { WorkerClients } from '../rpc/ports'

export type RunMode = 'solo' | 'hub' | 'dev'

export interface SessionUser {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly admin: boolean
}

export interface SessionOrganization {
  readonly id: string
  readonly slug: string
  readonly personal: boolean
}

/** A Worker as the Hub lists it; its name and system come from the Worker itself. */
export interface WorkerSummary {
  readonly id: string
  readonly ownerUserId: string
  readonly online: boolean
  /** Runs in the Hub's own process: it cannot be deregistered. */
  readonly local: boolean
}

/** The Hub's list of Workers; kept current by the event stream. */
export interface WorkerList {
  /** Undefined until the first answer. */
  readonly workers: Accessor<readonly WorkerSummary[] | undefined>
  refresh(): Promise<void>
}

/** A Worker showed another public key than the pinned one; the channel waits for the user's word. */
export interface WorkerKeyChange {
  readonly workerId: string
  /** `downgrade`: the key is the pinned one, but it allows only weaker encryption than before. Else `mismatch`. */
  readonly kind?: 'mismatch' | 'downgrade'
  /** What happened, for people. */
  readonly sentence?: string
  /** Fingerprints: four words each. */
  readonly expected: string
  readonly actual: string
  accept(): void
  reject(): void
}

export interface AppSession {
  readonly mode: RunMode
  /** Version of the Hub. */
  readonly version: string
  readonly user: SessionUser
  readonly organization: SessionOrganization
  /** Largest message of one encrypted stream, bytes. */
  readonly maxMessageSize: number
  readonly apiTimeoutMs: number
  readonly agentStartupTimeoutMs: number
  readonly layout: LayoutEngine
  readonly workers: WorkerClients
  readonly workerList: WorkerList
  /** The oldest key change that waits for an answer. */
  readonly keyChange: Accessor<WorkerKeyChange | undefined>
  close(): void
}

/** Why a session could not be opened, with the sentence for people. */
export class SessionError extends Error {
  constructor(
    readonly code: 'unreachable' | 'unauthenticated' | 'unsupported' | 'failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'SessionError'
  }
}

/** The signature `app/session.ts` exports as `openSession`. */
export type OpenSession = () => Promise<AppSession>
