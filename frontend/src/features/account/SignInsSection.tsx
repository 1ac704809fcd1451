// Where the user is signed in, each with a way to end it.
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Account, SignIn } from '../../app/session-port'
import type { Query } from '../../lib/query'
import { formatTime } from '../../lib/time'
import { Button, ErrorPanel, Skeleton } from '../../ui'
import styles from './SignInsSection.module.css'
import { describeBrowser } from './user-agent'

export function SignInsSection(props: { readonly account: Account; readonly signIns: Query<readonly SignIn[]> }) {
  const [ending, setEnding] = createSignal<string>()
  const [failure, setFailure] = createSignal<string>()

  async function end(id: string): Promise<void> {
    setEnding(id)
    setFailure(undefined)
    try {
      await props.account.endSignIn(id)
    } catch (cause) {
      setFailure((cause instanceof Error && cause.message) || 'Failed to sign out')
    }
    await props.signIns.refetch()
    setEnding(undefined)
  }

  return (
    <section class={styles.section} aria-labelledby="profile-sessions">
      <h3 class={styles.heading} id="profile-sessions">
        Sessions
      </h3>
      <Switch fallback={<Skeleton widths={['60%', '45%']} />}>
        <Match when={props.signIns.data()}>
          {all => (
            <ul class={styles.list}>
              <For each={all()}>
                {each => <Row signIn={each} isEnding={ending() === each.id} onEnd={() => void end(each.id)} />}
              </For>
            </ul>
          )}
        </Match>
        <Match when={props.signIns.error()}>
          {error => (
            <ErrorPanel
              inline
              title="Failed to load sessions"
              text={error().message}
              action={{ label: 'Retry', run: () => void props.signIns.refetch() }}
            />
          )}
        </Match>
      </Switch>
      <Show when={failure()}>{text => <ErrorPanel inline title={text()} />}</Show>
    </section>
  )
}

function Row(props: { readonly signIn: SignIn; readonly isEnding: boolean; readonly onEnd: () => void }) {
  const name = (): string => describeBrowser(props.signIn.userAgent)
  const facts = (): string =>
    [props.signIn.ip, `signed in ${formatTime(props.signIn.createdAtMs)}`, `active ${formatTime(props.signIn.lastActiveMs)}`]
      .filter(part => part !== '')
      .join(' · ')
  return (
    <li class={styles.row}>
      <div class={styles.what}>
        <p data-tooltip={props.signIn.userAgent || undefined}>
          {name()}
          <Show when={props.signIn.isCurrent}>
            <span class={styles.current}> (this session)</span>
          </Show>
        </p>
        <p class={styles.facts}>{facts()}</p>
      </div>
      <Show when={!props.signIn.isCurrent}>
        <Button
          size="sm"
          busy={props.isEnding}
          busyLabel="Signing out..."
          aria-label={`Sign out ${name()}`}
          onClick={() => props.onEnd()}
        >
          Sign out
        </Button>
      </Show>
    </li>
  )
}
