// "/signup": a new account, where the operator lets everybody make one.
import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { AccountForm } from './AccountForm'
import { AuthPage } from './AuthPage'
import type { AuthPort } from './auth-port'

export function SignUpPage(props: { readonly auth: AuthPort; readonly isEnabled: boolean; readonly loginHref: string }) {
  return (
    <Show
      when={props.isEnabled}
      fallback={
        <AuthPage
          heading="Sign-up disabled"
          intro="New account registration is not currently available."
          footer={<A href={props.loginHref}>Go to login</A>}
        />
      }
    >
      <AuthPage
        heading="Sign Up"
        footer={
          <>
            Already have an account? <A href={props.loginHref}>Sign in</A>
          </>
        }
      >
        <AccountForm auth={props.auth} button="Sign up" busyButton="Signing up..." failed="Sign-up failed" />
      </AuthPage>
    </Show>
  )
}
