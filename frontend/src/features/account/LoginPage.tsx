// "/login": who has an account.
import { A } from '@solidjs/router'
import { createSignal } from 'solid-js'
import * as v from 'valibot'
import { createForm } from '../../lib/form'
import { PasswordField, TextField } from '../../ui'
import { AuthForm } from './AuthForm'
import { AuthPage } from './AuthPage'
import type { AuthPort } from './auth-port'

const schema = v.object({
  username: v.pipe(v.string(), v.trim(), v.nonEmpty()),
  password: v.pipe(v.string(), v.nonEmpty()),
})

export function LoginPage(props: {
  readonly auth: AuthPort
  /** The address of `/signup`; undefined while signing up is disabled. */
  readonly signUpHref: string | undefined
}) {
  const form = createForm({
    schema,
    initial: { username: '', password: '' },
    submit: values => props.auth.login(values.username, values.password),
    describe: cause => (cause instanceof Error && cause.message) || 'Login failed',
  })
  // Chrome shows what it filled in but tells no script before the page was touched.
  const [isAutofilled, setAutofilled] = createSignal(false)
  const onAnimationStart = (event: AnimationEvent): void => {
    if (event.animationName.includes('autofill')) setAutofilled(true)
  }
  function submit(element: HTMLFormElement): void {
    const data = new FormData(element)
    for (const field of ['username', 'password'] as const) {
      const typed = data.get(field)
      if (typeof typed === 'string') form.set(field, typed)
    }
    void form.submit()
  }

  return (
    <AuthPage
      heading="LeapMux"
      footer={
        props.signUpHref === undefined ? undefined : (
          <>
            No account yet? <A href={props.signUpHref}>Sign up</A>
          </>
        )
      }
    >
      <AuthForm
        label="Sign in"
        failure={form.failure()}
        busy={form.isSubmitting()}
        disabled={!form.isValid() && !isAutofilled()}
        button="Sign in"
        busyButton="Signing in..."
        onSubmit={submit}
      >
        <TextField
          label="Username"
          name="username"
          autocomplete="username"
          autocapitalize="none"
          required
          value={form.values.username}
          onInput={text => form.set('username', text)}
          onAnimationStart={onAnimationStart}
        />
        <PasswordField
          label="Password"
          name="password"
          autocomplete="current-password"
          required
          value={form.values.password}
          onInput={text => form.set('password', text)}
          onAnimationStart={onAnimationStart}
        />
      </AuthForm>
    </AuthPage>
  )
}
