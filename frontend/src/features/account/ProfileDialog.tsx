// "Profile": names, address, password and where the user is signed in (spec SET-50 to SET-56, ACC-80).
import { Match, Switch } from 'solid-js'
import type { Account, AccountDetails } from '../../app/session-port'
import { createQuery } from '../../lib/query'
import { Dialog, Divider, ErrorPanel, Skeleton } from '../../ui'
import { EmailSection } from './EmailSection'
import { PasswordSection } from './PasswordSection'
import { ProfileSection } from './ProfileSection'
import { SignInsSection } from './SignInsSection'

export default function ProfileDialog(props: { readonly account: Account; readonly onClose: () => void }) {
  const details = createQuery(
    () => 'me',
    () => props.account.details(),
  )
  return (
    <Dialog title="Profile" onClose={() => props.onClose()}>
      <Switch fallback={<Skeleton widths={['40%', '100%', '40%', '100%', '60%']} />}>
        <Match when={details.data()}>{known => <Sections account={props.account} details={known()} />}</Match>
        <Match when={details.error()}>
          {error => (
            <ErrorPanel
              inline
              title="Failed to load your profile"
              text={error().message}
              action={{ label: 'Retry', run: () => void details.refetch() }}
            />
          )}
        </Match>
      </Switch>
    </Dialog>
  )
}

function Sections(props: { readonly account: Account; readonly details: AccountDetails }) {
  const signIns = createQuery(
    () => 'mine',
    () => props.account.signIns(),
  )
  return (
    <>
      <ProfileSection account={props.account} initial={props.details} />
      <Divider />
      <EmailSection account={props.account} initial={props.details} />
      <Divider />
      <PasswordSection account={props.account} username={props.details.username} onChanged={() => void signIns.refetch()} />
      <Divider />
      <SignInsSection account={props.account} signIns={signIns} />
    </>
  )
}
