// Username and display name.
import { createSignal } from 'solid-js'
import * as v from 'valibot'
import type { Account, AccountDetails } from '../../app/session-port'
import { createForm } from '../../lib/form'
import { TextField } from '../../ui'
import { displayNameProblem, ruled, usernameProblem } from './account-rules'
import { Section } from './Section'

export function ProfileSection(props: { readonly account: Account; readonly initial: AccountDetails }) {
  const [saved, setSaved] = createSignal(props.initial)
  const [success, setSuccess] = createSignal<string>()
  const form = createForm({
    schema: v.object({
      // Whoever has a reserved name keeps it.
      username: ruled(text => (text === saved().username ? undefined : usernameProblem(text, false))),
      displayName: ruled(displayNameProblem),
    }),
    initial: { username: props.initial.username, displayName: props.initial.displayName },
    async submit(values) {
      setSuccess(undefined)
      const now = await props.account.saveProfile({ username: values.username.trim(), displayName: values.displayName.trim() })
      setSaved(now)
      form.set('username', now.username)
      form.set('displayName', now.displayName)
      setSuccess('Profile updated.')
    },
    describe: cause => (cause instanceof Error && cause.message) || 'Failed to update profile',
  })
  const isChanged = (): boolean =>
    form.values.username.trim().toLowerCase() !== saved().username || form.values.displayName.trim() !== saved().displayName
  function change(field: 'username' | 'displayName', text: string): void {
    setSuccess(undefined)
    form.set(field, text)
    form.touch(field)
  }

  return (
    <Section
      heading="Profile"
      takesFocus
      failure={form.failure()}
      success={success()}
      button="Save Profile"
      busyButton="Saving..."
      busy={form.isSubmitting()}
      disabled={!form.isValid() || !isChanged()}
      onSubmit={() => void form.submit()}
    >
      <TextField
        label="Username"
        name="username"
        autocomplete="username"
        autocapitalize="none"
        value={form.values.username}
        error={form.error('username')}
        hint="Changing your username will also rename your personal organization."
        onInput={text => change('username', text)}
      />
      <TextField
        label="Display Name"
        name="name"
        autocomplete="name"
        value={form.values.displayName}
        error={form.error('displayName')}
        onInput={text => change('displayName', text)}
      />
    </Section>
  )
}
