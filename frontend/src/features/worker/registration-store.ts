// One open "Register worker" dialog: a key that lives as long as it, and the Worker that comes with it.
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { RegistrationKey, WorkerRegistration, WorkerSummary } from '../../app/session-port'

/** The Hub lets a key live this long, and again from each extension (spec WRK-21). */
const LIFETIME_MS = 5 * 60_000
/** It is extended when less is left; looked at this often (spec WRK-24). */
const EXTEND_BELOW_MS = 2 * 60_000
export const TICK_MS = 30_000

export type RegistrationState =
  | { readonly kind: 'minting' }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'open'; readonly command: string }
  /** It died while nobody could extend it: the machine slept, the Hub was away. */
  | { readonly kind: 'expired' }
  /** `identity`: whether the Worker proved that it was given this key. */
  | { readonly kind: 'registered'; readonly workerId: string; readonly identity: 'checking' | 'confirmed' | 'unconfirmed' }

export interface RegistrationStoreOptions {
  readonly registration: Pick<WorkerRegistration, 'mint'>
  /** Changes whenever a Worker appears, connects or leaves. */
  readonly workers: Accessor<readonly WorkerSummary[] | undefined>
  /** Monotonic milliseconds. */
  now?(): number
  /** The network is back or the page is looked at again. */
  onWake(listener: () => void): () => void
}

export interface RegistrationStore {
  readonly state: Accessor<RegistrationState>
  /** Another key, after the last one failed, expired or was used. */
  mint(): Promise<void>
}

/** Under an owner, whose end destroys the key. */
export function createRegistrationStore(options: RegistrationStoreOptions): RegistrationStore {
  const now = options.now ?? (() => performance.now())
  const [state, setState] = createSignal<RegistrationState>({ kind: 'minting' })
  let key: RegistrationKey | undefined
  let bornAt = 0
  let isOver = false
  let isLooking = false
  let lookAgain = false

  async function mint(): Promise<void> {
    key?.destroy()
    key = undefined
    setState({ kind: 'minting' })
    try {
      const minted = await options.registration.mint()
      if (isOver) return minted.destroy()
      key = minted
      bornAt = now()
      setState({ kind: 'open', command: minted.command })
    } catch (cause) {
      setState({ kind: 'failed', text: cause instanceof Error ? cause.message : String(cause) })
    }
  }

  /** One look at a time; a hint that comes meanwhile leads to one more. */
  async function look(): Promise<void> {
    if (isLooking) {
      lookAgain = true
      return
    }
    isLooking = true
    try {
      do {
        lookAgain = false
        await lookOnce()
      } while (lookAgain)
    } finally {
      isLooking = false
    }
  }
  async function lookOnce(): Promise<void> {
    const looked = key
    if (!looked) return
    try {
      const known = state()
      const workerId = known.kind === 'registered' ? known.workerId : await looked.worker()
      if (workerId === undefined || key !== looked) return
      if (known.kind !== 'registered') setState({ kind: 'registered', workerId, identity: 'checking' })
      else if (known.identity !== 'checking') return
      const identity = await looked.confirm(workerId)
      if (identity !== 'later' && key === looked) setState({ kind: 'registered', workerId, identity })
    } catch {
      // The Hub did not answer: the next hint or tick asks again.
    }
  }

  async function extend(): Promise<void> {
    const extended = key
    if (!extended || state().kind !== 'open' || LIFETIME_MS - (now() - bornAt) >= EXTEND_BELOW_MS) return
    try {
      const lives = await extended.extend()
      if (key !== extended) return
      if (lives) bornAt = now()
      else if (state().kind === 'open') setState({ kind: 'expired' })
    } catch {
      // The next tick tries again; the key has some time left.
    }
  }
  const tick = (): void => void extend().then(look)

  createEffect(on(options.workers, () => void look(), { defer: true }))
  const timer = setInterval(tick, TICK_MS)
  const stopWaking = options.onWake(tick)
  onCleanup(() => {
    isOver = true
    clearInterval(timer)
    stopWaking()
    key?.destroy()
    key = undefined
  })
  void mint()
  return { state, mint }
}
