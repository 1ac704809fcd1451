// Waits for the session: nothing for a moment, then a spinner; a failure says why and offers another try.
import { createSignal, lazy, Match, onCleanup, onMount, Suspense, Switch } from 'solid-js'
import { ErrorPanel, Spinner } from '../ui'
import styles from './Boot.module.css'
import { type AppSession, SessionError } from './session-port'

const loadApp = () => import('./App')
const App = lazy(loadApp)

export function Boot() {
  const [session, setSession] = createSignal<AppSession>()
  const [failure, setFailure] = createSignal<SessionError>()
  let isGone = false

  async function open(): Promise<void> {
    setFailure(undefined)
    try {
      // The application is drawn from what the session knows, but its code need not wait for that.
      void loadApp().catch(() => undefined)
      const { openSession } = await import('./session')
      const opened = await openSession()
      if (isGone) opened.close()
      else setSession(opened)
    } catch (cause) {
      setFailure(
        cause instanceof SessionError
          ? cause
          : new SessionError('failed', cause instanceof Error ? cause.message : String(cause)),
      )
    }
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
      </Switch>
    </Suspense>
  )
}
