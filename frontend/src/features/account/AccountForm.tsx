// The fields of a new account, the same for the first administrator and for everybody else (spec UIM-3, UIM-21).
import { createForm } from '../../lib/form'
import { PasswordField, TextField } from '../../ui'
import { AuthForm } from './AuthForm'
import { type AccountInput, accountSchema } from './account-rules'
import type { AuthPort } from './auth-port'
import { NewPasswordField } from './NewPasswordField'

const EMPTY: AccountInput = { username: '', displayName: '', email: '', password: '', confirmation: '' }

export function AccountForm(props: {
  readonly auth: AuthPort
  /** In first-run setup, where `admin` may be had. */
  readonly isFirst?: boolean
  readonly button: string
  readonly busyButton: string
  /** What to say of a failure the Hub has no words for. */
  readonly failed: string
}) {
  const form = createForm({
    schema: accountSchema(props.isFirst === true),
    initial: EMPTY,
    async submit({ username, displayName, email, password }) {
      await props.auth.signUp({ username: username.trim(), displayName: displayName.trim(), email: email.trim(), password })
    },
    describe: cause => (cause instanceof Error && cause.message) || props.failed,
  })
  /** What the field is bound to: its text, its problem once it was left, and its ways to change. */
  const bound = <K extends keyof AccountInput>(field: K) => ({
    get value() {
      return form.values[field]
    },
    get error() {
      return form.error(field)
    },
    onInput: (text: string): void => form.set(field, text as AccountInput[K]),
    onBlur: (): void => {
      if (form.values[field] !== '') form.touch(field)
    },
  })

  return (
    <AuthForm
      label={props.button}
      failure={form.failure()}
      busy={form.isSubmitting()}
      disabled={!form.isValid()}
      button={props.button}
      busyButton={props.busyButton}
      onSubmit={() => void form.submit()}
    >
      <TextField
        label="Username"
        name="username"
        autocomplete="username"
        autocapitalize="none"
        required
        {...bound('username')}
        hint="Lowercase letters, numbers, and hyphens."
        // Its rules are told while it is typed.
        onInput={text => {
          form.set('username', text)
          form.touch('username')
        }}
      />
      <TextField label="Display Name" name="name" autocomplete="name" {...bound('displayName')} hint="Optional." />
      <TextField
        label="Email"
        name="email"
        type="email"
        autocomplete="email"
        autocapitalize="none"
        {...bound('email')}
        hint="Optional."
      />
      <NewPasswordField {...bound('password')} />
      <PasswordField
        label="Confirm Password"
        name="confirm-password"
        autocomplete="new-password"
        required
        {...bound('confirmation')}
      />
    </AuthForm>
  )
}
