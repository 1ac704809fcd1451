// Opens everything the page lives on: who the user is, the wasm core, layout with its event stream, channels to the Workers.
// `openSession()` answers one `AppSession`; `close()` ends all of it.
import { Code, ConnectError } from '@connectrpc/connect'
import { createSignal } from 'solid-js'
import { openDevice } from '../channel/device'
import { browserEnvironment } from '../channel/environment'
import { createPins, type KeyQuestion } from '../channel/pins'
import { createPool } from '../channel/pool'
import { isPoisoned } from '../core/errors'
import { fingerprintInWorker } from '../core/fingerprint'
import { createLayoutEngine, type OwnedLayoutEngine } from '../core/layout'
import type { Device } from '../core/session'
import { type Core, loadCore } from '../core/wasm'
import { type GetSystemInfoResponse, RunMode as WireMode } from '../gen/leapmux/hub/v1/system_pb.js'
import { createHubClient, type HubClient } from '../rpc/hub-client'
import { submitBatch } from '../rpc/layout-submit'
import { openOrgEvents } from '../rpc/org-events'
import { createWorkerClients, type OwnedWorkerClients } from '../rpc/worker-client'
import { type AppSession, type OpenSession, type RunMode, SessionError, type WorkerKeyChange } from './session-port'
import { createWorkerList, type OwnedWorkerList } from './worker-list'

const MODES: Readonly<Partial<Record<WireMode, RunMode>>> = {
  [WireMode.SOLO]: 'solo',
  [WireMode.HUB]: 'hub',
  [WireMode.DEV]: 'dev',
}

export const openSession: OpenSession = async () => {
  reloadWhenPoisoned()
  const hub = createHubClient(location.origin)
  const [core, info, device] = await Promise.all([load(), whoAmI(hub), openDevice(localStorage, browserEnvironment.random)])
  const { user, organizations } = info
  const organization = organizations[0]
  if (!user || !organization) throw new SessionError('unauthenticated', 'Please sign in.')

  const workerList = createWorkerList(() => hub.workers.listWorkers({ orgId: organization.orgId }))
  const questions = createKeyQuestions()
  const layout = createLayoutEngine({
    core,
    userId: user.userId,
    seed: crypto.getRandomValues(new Uint8Array(16)),
    submit: batch => submitBatch(hub, organization.orgId, batch),
  })
  const { workers, closeWorkers } = openWorkers({ core, hub, device, userId: user.userId, workerList, ask: questions.ask })
  const events = openEvents(organization.orgId, layout, workerList)

  return {
    mode: MODES[info.mode] ?? 'hub',
    version: info.version,
    user: { id: user.userId, username: user.username, displayName: user.displayName, admin: user.admin },
    organization: { id: organization.orgId, slug: organization.slug, personal: organization.personal },
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

const UNREACHABLE = 'The Hub cannot be reached.'

function isUnreachable({ code }: ConnectError): boolean {
  return code === Code.Unavailable || code === Code.Unknown || code === Code.DeadlineExceeded
}

function sentenceOf(error: ConnectError): string {
  return isUnreachable(error) ? UNREACHABLE : error.rawMessage
}

async function whoAmI(hub: HubClient): Promise<GetSystemInfoResponse> {
  try {
    return await hub.system.getSystemInfo({})
  } catch (error) {
    const failure = ConnectError.from(error)
    if (failure.code === Code.Unauthenticated) throw new SessionError('unauthenticated', 'Please sign in.', { cause: error })
    throw new SessionError(isUnreachable(failure) ? 'unreachable' : 'failed', sentenceOf(failure), { cause: error })
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
  ask(question: KeyQuestion): Promise<boolean>
}

function openWorkers({ core, hub, device, userId, workerList, ask }: WorkersOptions): {
  workers: OwnedWorkerClients
  closeWorkers(): void
} {
  const env = browserEnvironment
  const url = new URL('/ws/channel', location.origin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const pins = createPins({
    core,
    storage: localStorage,
    fingerprint: fingerprintInWorker,
    wallClock: env.wallClock,
    isLocal: workerList.isLocal,
    ask,
  })
  const pool = createPool({
    core,
    env,
    url: url.href,
    userId,
    device,
    pins,
    async fetchBundle(workerId, have) {
      try {
        const { bundle } = await hub.workers.getWorkerBundle({ workerId, ...(have ? { have } : {}) })
        return bundle
      } catch (error) {
        throw new Error(sentenceOf(ConnectError.from(error)), { cause: error })
      }
    },
    onStatus: (workerId, status) => workers.onStatus(workerId, status),
    onWorkerOnline: () => void workerList.refresh(),
  })
  const workers = createWorkerClients({ connection: pool.connection })
  return { workers, closeWorkers: () => pool.close() }
}

function openEvents(orgId: string, layout: OwnedLayoutEngine, workerList: OwnedWorkerList) {
  return openOrgEvents({
    origin: location.origin,
    orgId,
    since: layout.feed.since,
    onOnline(online) {
      layout.feed.setConnected(online)
      if (online) void workerList.refresh()
    },
    onEvent({ event }, first) {
      if (event.case === 'materialized') layout.feed.snapshot(event.value.snapshot, first)
      else if (event.case === 'batch') return layout.feed.event(event.value.event) !== 'gap'
      else if (event.case === 'workersChanged') void workerList.refresh()
      return true
    },
  })
}
