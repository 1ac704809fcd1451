// A password somebody chooses, and how hard it is to guess.
import { PasswordField } from '../../ui'
import styles from './NewPasswordField.module.css'
import { StrengthMeter } from './StrengthMeter'

export function NewPasswordField(props: {
  readonly value: string
  readonly error: string | undefined
  readonly onInput: (text: string) => void
  readonly onBlur: () => void
}) {
  return (
    <div class={styles.field}>
      <PasswordField
        label="New Password"
        name="new-password"
        autocomplete="new-password"
        required
        value={props.value}
        error={props.error}
        hint={props.value === '' ? 'At least 8 characters.' : undefined}
        onInput={props.onInput}
        onBlur={() => props.onBlur()}
      />
      <StrengthMeter password={props.value} />
    </div>
  )
}
