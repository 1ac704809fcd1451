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

/** An account as its user sees it. */
export interface AccountDetails {
  readonly username: string
  readonly displayName: string
  /** Empty for none. */
  readonly email: string
  readonly emailVerified: boolean
}

/** One of the user's sign-ins, times in ms since 1970. */
export interface SignIn {
  readonly id: string
  readonly createdAtMs: number
  readonly lastActiveMs: number
  /** What the browser called itself, and where it came from; may be empty. */
  readonly userAgent: string
  readonly ip: string
  /** The one this page lives on. */
  readonly isCurrent: boolean
}

/** The user's own account. Everything rejects with an Error whose message is the Hub's sentence. */
export interface Account {
  details(): Promise<AccountDetails>
  /** A new username renames the personal organization. */
  saveProfile(profile: { readonly username: string; readonly displayName: string }): Promise<AccountDetails>
  changeEmail(email: string): Promise<AccountDetails>
  /** Ends every other sign-in. */
  changePassword(current: string, next: string): Promise<void>
  /** Latest activity first. */
  signIns(): Promise<readonly SignIn[]>
  endSignIn(id: string): Promise<void>
  /** Ends this one and leaves the page. */
  logOut(): Promise<void>
}

/** A key one Worker registers with. */
export interface RegistrationKey {
  /** To be run on the Worker's machine. Holds both halves of the key. */
  readonly command: string
  /** The Worker that registered with it; undefined while none has. */
  worker(): Promise<string | undefined>
  /** Five more minutes; false when the key is over. */
  extend(): Promise<boolean>
  /** Checks that the Worker was given this very key, and pins it. `later`: it has not published its keys yet. */
  confirm(workerId: string): Promise<'confirmed' | 'unconfirmed' | 'later'>
  /** Destroys it here and on the Hub. */
  destroy(): void
}

/** Workers come and go. Rejects with an Error whose message is the Hub's sentence. */
export interface WorkerRegistration {
  mint(): Promise<RegistrationKey>
  /** The Worker forgets the Hub and ends. Only its owner may. */
  deregister(workerId: string): Promise<void>
}

/** What a member may do; each includes the ones before it. */
export type Role = 'member' | 'admin' | 'owner'

export interface Membership extends SessionOrganization {
  readonly role: Role
}

export interface Member {
  readonly userId: string
  readonly username: string
  readonly displayName: string
  readonly role: Role
  /** Ms since 1970; 0 when nobody kept it. */
  readonly joinedAtMs: number
}

/** Who reads a workspace besides its owner. `all`: every member of the organization, now and later. */
export type Sharing =
  | { readonly mode: 'private' }
  | { readonly mode: 'all' }
  | { readonly mode: 'members'; readonly userIds: readonly string[] }

/** Organizations and shares. Everything rejects with an Error whose message is the Hub's sentence. */
export interface Organizations {
  /** The user's: the personal one first, then by name. */
  list(): Promise<readonly Membership[]>
  create(name: string): Promise<Membership>
  /** Answers the new name as it is written in addresses. */
  rename(orgId: string, name: string): Promise<string>
  delete(orgId: string): Promise<void>
  /** By username. */
  members(orgId: string): Promise<readonly Member[]>
  invite(orgId: string, username: string, role: Role): Promise<void>
  changeRole(orgId: string, userId: string, role: Role): Promise<void>
  removeMember(orgId: string, userId: string): Promise<void>
  sharing(workspaceId: string): Promise<Sharing>
  /** Replaces what was said before. */
  share(workspaceId: string, sharing: Sharing): Promise<void>
}

export interface AppSession {
  readonly mode: RunMode
  /** Version of the Hub. */
  readonly version: string
  /** Reactive, as the organization: people rename themselves. */
  readonly user: SessionUser
  readonly organization: SessionOrganization
  /** Undefined in solo mode: nobody signs in. */
  readonly account: Account | undefined
  /** Undefined in solo mode: there is one, of one user. */
  readonly organizations: Organizations | undefined
  /** Undefined in solo mode: the one Worker is there. */
  readonly registration: WorkerRegistration | undefined
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
    readonly code: 'unreachable' | 'unsupported' | 'failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'SessionError'
  }
}
