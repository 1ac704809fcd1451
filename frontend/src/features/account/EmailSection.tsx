// The user's address.
import { createSignal, Show } from 'solid-js'
import * as v from 'valibot'
import type { Account, AccountDetails } from '../../app/session-port'
import { createForm } from '../../lib/form'
import { TextField } from '../../ui'
import { emailProblem, ruled } from './account-rules'
import styles from './EmailSection.module.css'
import { Section } from './Section'

export function EmailSection(props: { readonly account: Account; readonly initial: AccountDetails }) {
  const [saved, setSaved] = createSignal(props.initial)
  const [success, setSuccess] = createSignal<string>()
  const form = createForm({
    schema: v.object({ email: ruled(emailProblem) }),
    initial: { email: '' },
    async submit(values) {
      setSuccess(undefined)
      setSaved(await props.account.changeEmail(values.email.trim()))
      form.set('email', '')
      setSuccess('Email updated.')
    },
    describe: cause => (cause instanceof Error && cause.message) || 'Failed to request email change',
  })
  const typed = (): string => form.values.email.trim()
  const isSame = (): boolean => typed() !== '' && typed().toLowerCase() === saved().email.toLowerCase()

  return (
    <Section
      heading="Email"
      failure={form.failure()}
      success={success()}
      button="Change Email"
      busyButton="Requesting..."
      busy={form.isSubmitting()}
      disabled={!form.isValid() || typed() === '' || isSame()}
      onSubmit={() => void form.submit()}
    >
      <dl class={styles.current}>
        <dt>Current Email</dt>
        <dd>
          <Show when={saved().email} fallback={<span class={styles.none}>Not set</span>}>
            {email => (
              <>
                <span class={styles.address}>{email()}</span>
                <span class={styles.badge} data-verified={saved().emailVerified ? '' : undefined}>
                  {saved().emailVerified ? '(verified)' : '(unverified)'}
                </span>
              </>
            )}
          </Show>
        </dd>
      </dl>
      <TextField
        label="New Email"
        name="email"
        type="email"
        autocomplete="email"
        autocapitalize="none"
        placeholder="New email address"
        value={form.values.email}
        error={form.error('email')}
        hint={isSame() ? 'Same as the current email' : undefined}
        onInput={text => {
          setSuccess(undefined)
          form.set('email', text)
        }}
        onBlur={() => form.touch('email')}
      />
    </Section>
  )
}
