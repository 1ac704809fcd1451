// "/setup": the first administrator of a Hub nobody has an account on.
import { AccountForm } from './AccountForm'
import { AuthPage } from './AuthPage'
import type { AuthPort } from './auth-port'

export function SetupPage(props: { readonly auth: AuthPort }) {
  return (
    <AuthPage heading="Welcome to LeapMux" intro="Create the first administrator account to get started.">
      <AccountForm auth={props.auth} isFirst button="Create account" busyButton="Creating account..." failed="Setup failed" />
    </AuthPage>
  )
}
