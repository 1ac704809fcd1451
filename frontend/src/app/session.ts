// Opens everything the page lives on: who the user is, the wasm core, layout with its event stream, channels to the Workers.
// `openSession` answers one `AppSession`; its `close()` ends all of it.
import { createSignal } from 'solid-js'
import { openDevice } from '../channel/device'
import { browserEnvironment } from '../channel/environment'
import { createPins, type KeyQuestion, type Pins } from '../channel/pins'
import { createPool } from '../channel/pool'
import { isPoisoned } from '../core/errors'
import { fingerprintInWorker } from '../core/fingerprint'
import { createLayoutEngine, type OwnedLayoutEngine } from '../core/layout'
import type { Device } from '../core/session'
import { type Core, loadCore } from '../core/wasm'
import { RunMode as WireMode } from '../gen/leapmux/hub/v1/system_pb.js'
import { loginPath } from '../lib/same-site'
import { createHubClient, type HubClient } from '../rpc/hub-client'
import { asked, createHubTransport } from '../rpc/hub-transport'
import { submitBatch } from '../rpc/layout-submit'
import { openOrgEvents } from '../rpc/org-events'
import { createWorkerClients, type OwnedWorkerClients } from '../rpc/worker-client'
import { createAccount } from './account'
import type { Door, SystemInfo } from './door'
import { createOrganizations, organizationAt } from './organizations'
import { createRegistration } from './registration'
import { type AccountDetails, type AppSession, type RunMode, SessionError, type WorkerKeyChange } from './session-port'
import { createSessionWatch } from './session-watch'
import { createWorkerList, type OwnedWorkerList } from './worker-list'

const MODES: Readonly<Partial<Record<WireMode, RunMode>>> = {
  [WireMode.SOLO]: 'solo',
  [WireMode.HUB]: 'hub',
  [WireMode.DEV]: 'dev',
}

/** The slow part that does not depend on who is there: to be begun while the Hub is asked. */
export function prepareSession(): void {
  void loadCore().catch(() => undefined)
}

/** `info`: what the Hub said of somebody who is signed in. */
export async function openSession(door: Door, info: SystemInfo): Promise<AppSession> {
  reloadWhenPoisoned()
  const mode = MODES[info.mode] ?? 'hub'
  const { user } = info
  const organization = organizationAt(info.organizations, location.pathname)
  if (!user || !organization) throw new SessionError('failed', 'The Hub did not say who you are.')
  const { userId } = user
  const { orgId } = organization
  const [core, device] = await Promise.all([load(), openDevice(localStorage, browserEnvironment.random)])

  const watch = createSessionWatch({
    userId,
    // Who is no member any more has as little business here as somebody else.
    whoIsThere: async () => {
      const { user, organizations } = await door.whoIsThere()
      return organizations.some(each => each.orgId === orgId) ? user?.userId : user && `${user.userId}, elsewhere`
    },
    // A fresh page: nothing that was decrypted for this user stays in memory.
    onEnded: isReplaced => location.replace(isReplaced ? '/' : loginPath(location.pathname + location.search)),
  })
  const transport = createHubTransport(location.origin, watch.check)
  const hub = createHubClient(transport)
  const [names, setNames] = createSignal({ ...user, slug: organization.slug })
  const workerList = createWorkerList(() => hub.workers.listWorkers({ orgId }))
  const questions = createKeyQuestions()
  const layout = createLayoutEngine({
    core,
    userId,
    seed: crypto.getRandomValues(new Uint8Array(16)),
    submit: batch => submitBatch(hub, orgId, batch),
  })
  const pins = openPins(core, workerList, questions.ask)
  const { workers, closeWorkers } = openWorkers({ core, hub, device, userId, workerList, pins })
  const events = openEvents({ orgId, layout, workerList, onLost: mode === 'solo' ? () => undefined : watch.check })
  const { random } = browserEnvironment

  return {
    mode,
    version: info.version,
    get user() {
      const { username, displayName } = names()
      return { id: userId, username, displayName, admin: user.admin }
    },
    get organization() {
      return { id: orgId, slug: names().slug, personal: organization.personal }
    },
    account:
      mode === 'solo'
        ? undefined
        : createAccount({
            transport,
            users: hub.users,
            // The personal organization goes by its user's name.
            onRenamed: ({ username, displayName }: AccountDetails) =>
              setNames(all => ({ ...all, username, displayName, slug: organization.personal ? username : all.slug })),
            onLoggingOut: watch.pause,
            onLoggedOut: () => location.replace('/login'),
          }),
    organizations: mode === 'solo' ? undefined : createOrganizations(hub),
    registration:
      mode === 'solo'
        ? undefined
        : createRegistration({
            core,
            workers: hub.workers,
            pins,
            device,
            random,
            userId,
            hubUrl: info.workerHubUrl || location.origin,
          }),
    maxMessageSize: info.maxMessageSize,
    apiTimeoutMs: info.apiTimeoutMs,
    agentStartupTimeoutMs: info.agentStartupTimeoutMs,
    layout,
    workers,
    workerList,
    keyChange: questions.oldest,
    close() {
      events.close()
      closeWorkers()
      layout.feed.close()
    },
  } satisfies AppSession
}

async function load(): Promise<Core> {
  try {
    return await loadCore()
  } catch (error) {
    const hint = 'LeapMux needs WebAssembly: Chrome 97, Firefox 102, Safari 16 or newer, without a mode that forbids it.'
    throw new SessionError('unsupported', hint, { cause: error })
  }
}

const RELOADED_KEY = 'leapmux:core-reloaded'
const RELOAD_AGAIN_MS = 60_000

/** A core that panicked answers nothing any more: the page is loaded anew, at most once a minute. */
function reloadWhenPoisoned(): void {
  const check = (error: unknown): void => {
    if (!isPoisoned(error)) return
    const last = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0)
    if (Date.now() - last < RELOAD_AGAIN_MS) return
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()))
    location.reload()
  }
  addEventListener('error', event => check(event.error))
  addEventListener('unhandledrejection', event => check(event.reason))
}

/** Questions about keys, one at a time. */
function createKeyQuestions() {
  const [waiting, setWaiting] = createSignal<readonly WorkerKeyChange[]>([])
  function ask(question: KeyQuestion): Promise<boolean> {
    return new Promise(resolve => {
      const answer = (accepted: boolean) => (): void => {
        setWaiting(all => all.filter(other => other !== change))
        resolve(accepted)
      }
      const change: WorkerKeyChange = { ...question, accept: answer(true), reject: answer(false) }
      setWaiting(all => [...all, change])
    })
  }
  return { ask, oldest: () => waiting()[0] }
}

interface WorkersOptions {
  readonly core: Core
  readonly hub: HubClient
  readonly device: Device
  readonly userId: string
  readonly workerList: OwnedWorkerList
  readonly pins: Pins
}

function openPins(core: Core, workerList: OwnedWorkerList, ask: (question: KeyQuestion) => Promise<boolean>): Pins {
  return createPins({
    core,
    storage: localStorage,
    fingerprint: fingerprintInWorker,
    wallClock: browserEnvironment.wallClock,
    isLocal: workerList.isLocal,
    ask,
  })
}

function openWorkers({ core, hub, device, userId, workerList, pins }: WorkersOptions): {
  workers: OwnedWorkerClients
  closeWorkers(): void
} {
  const env = browserEnvironment
  const url = new URL('/ws/channel', location.origin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const pool = createPool({
    core,
    env,
    url: url.href,
    userId,
    device,
    pins,
    fetchBundle: (workerId, have) =>
      asked(async () => (await hub.workers.getWorkerBundle({ workerId, ...(have ? { have } : {}) })).bundle),
    onStatus: (workerId, status) => workers.onStatus(workerId, status),
    onWorkerOnline: () => void workerList.refresh(),
  })
  const workers = createWorkerClients({ connection: pool.connection })
  return { workers, closeWorkers: () => pool.close() }
}

interface EventsOptions {
  readonly orgId: string
  readonly layout: OwnedLayoutEngine
  readonly workerList: OwnedWorkerList
  /** The stream ended or could not be opened. */
  onLost(): void
}

function openEvents({ orgId, layout, workerList, onLost }: EventsOptions) {
  return openOrgEvents({
    origin: location.origin,
    orgId,
    since: layout.feed.since,
    onOnline(online) {
      layout.feed.setConnected(online)
      if (online) void workerList.refresh()
      else onLost()
    },
    onEvent({ event }, first) {
      if (event.case === 'materialized') layout.feed.snapshot(event.value.snapshot, first)
      else if (event.case === 'batch') return layout.feed.event(event.value.event) !== 'gap'
      else if (event.case === 'workersChanged') void workerList.refresh()
      return true
    },
  })
}
