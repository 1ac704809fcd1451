// Another password. Everywhere else the user is signed out.
import { createSignal } from 'solid-js'
import * as v from 'valibot'
import type { Account } from '../../app/session-port'
import { createForm } from '../../lib/form'
import { PasswordField } from '../../ui'
import { confirmed, type NewPassword, passwordProblem, ruled } from './account-rules'
import { NewPasswordField } from './NewPasswordField'
import { Section } from './Section'

interface PasswordInput extends NewPassword {
  readonly current: string
}
const EMPTY: PasswordInput = { current: '', password: '', confirmation: '' }
const schema = confirmed<PasswordInput>(
  v.object({ current: v.pipe(v.string(), v.nonEmpty()), password: ruled(passwordProblem), confirmation: v.string() }),
)

export function PasswordSection(props: {
  readonly account: Account
  readonly username: string
  /** Other sign-ins are over. */
  readonly onChanged: () => void
}) {
  const [success, setSuccess] = createSignal<string>()
  const form = createForm({
    schema,
    initial: EMPTY,
    async submit(values) {
      setSuccess(undefined)
      await props.account.changePassword(values.current, values.password)
      form.reset()
      setSuccess('Password changed.')
      props.onChanged()
    },
    describe: cause => (cause instanceof Error && cause.message) || 'Failed to change password',
  })
  const bound = (field: keyof PasswordInput) => ({
    get value() {
      return form.values[field]
    },
    get error() {
      return field === 'current' ? undefined : form.error(field)
    },
    onInput(text: string): void {
      setSuccess(undefined)
      form.set(field, text)
    },
    onBlur(): void {
      if (form.values[field] !== '') form.touch(field)
    },
  })

  return (
    <Section
      heading="Password"
      failure={form.failure()}
      success={success()}
      button="Change Password"
      busyButton="Changing..."
      busy={form.isSubmitting()}
      disabled={!form.isValid()}
      onSubmit={() => void form.submit()}
    >
      {/* Tells password managers whose password changes. */}
      <input type="text" name="username" autocomplete="username" value={props.username} hidden readonly />
      <PasswordField label="Current Password" name="current-password" autocomplete="current-password" {...bound('current')} />
      <NewPasswordField {...bound('password')} />
      <PasswordField label="Confirm Password" name="confirm-password" autocomplete="new-password" {...bound('confirmation')} />
    </Section>
  )
}
