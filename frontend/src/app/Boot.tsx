// Who is there decides what is drawn: the application with its session, or the pages of those who have not signed in. Nothing for a
// moment while that is not known, then a spinner; a failure says why and offers another try.
import { createSignal, lazy, Match, onCleanup, onMount, Suspense, Switch } from 'solid-js'
import { isOutside } from '../lib/same-site'
import { ErrorPanel, Spinner } from '../ui'
import styles from './Boot.module.css'
import type { Door, SystemInfo } from './door'
import { type AppSession, SessionError } from './session-port'

const loadApp = () => import('./App')
const App = lazy(loadApp)
const SignedOut = lazy(() => import('./SignedOut'))

/** Who asks for a page inside is nearly always signed in: its code need not wait for the answer. */
function loadAhead(): void {
  if (isOutside(location.pathname)) return
  void loadApp().catch(() => undefined)
  void import('./session').then(({ prepareSession }) => prepareSession()).catch(() => undefined)
}

const NOT_KEPT =
  'You are signed in, but the browser did not keep the cookie. Allow cookies for this site; a Hub with secure cookies is reached by https only.'

export function Boot() {
  const [session, setSession] = createSignal<AppSession>()
  const [outside, setOutside] = createSignal<{ readonly door: Door; readonly info: SystemInfo }>()
  const [failure, setFailure] = createSignal<SessionError>()
  let isGone = false

  async function open(): Promise<void> {
    setFailure(undefined)
    try {
      loadAhead()
      const { openDoor } = await import('./door')
      const door = openDoor(location.origin)
      const info = await door.whoIsThere()
      if (info.user) await enter(door, info)
      else setOutside({ door, info })
    } catch (cause) {
      fail(cause)
    }
  }
  async function enter(door: Door, info: SystemInfo): Promise<void> {
    // The code of the application is there by then: nothing flashes between the login and it.
    const [{ openSession }] = await Promise.all([import('./session'), loadApp()])
    const opened = await openSession(door, info)
    if (isGone) opened.close()
    else setSession(opened)
  }
  /** Somebody signed in and is to be led to `path`. Rejects when they are not in after all. */
  async function onSignedIn(door: Door, path: string): Promise<void> {
    const info = await door.whoIsThere()
    if (!info.user) throw new Error(NOT_KEPT)
    history.replaceState(null, '', path)
    await enter(door, info).catch(fail)
  }
  function fail(cause: unknown): void {
    setFailure(
      cause instanceof SessionError ? cause : new SessionError('failed', cause instanceof Error ? cause.message : String(cause)),
    )
  }
  onMount(() => void open())
  onCleanup(() => {
    isGone = true
    session()?.close()
  })

  const waiting = (
    <div class={styles.waiting}>
      <Spinner size={22} />
    </div>
  )
  return (
    <Suspense fallback={waiting}>
      <Switch fallback={waiting}>
        <Match when={failure()}>
          {error => (
            <main class={styles.failed}>
              <ErrorPanel
                title="LeapMux could not be reached"
                text={error().message}
                details={error().cause instanceof Error ? (error().cause as Error).message : undefined}
                action={{ label: 'Retry', run: () => void open() }}
              />
            </main>
          )}
        </Match>
        <Match when={session()}>{opened => <App session={opened()} />}</Match>
        <Match when={outside()}>
          {at => <SignedOut door={at().door} info={at().info} onSignedIn={path => onSignedIn(at().door, path)} />}
        </Match>
      </Switch>
    </Suspense>
  )
}
