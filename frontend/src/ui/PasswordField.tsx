// A password: hidden until somebody wants to see what they typed.
import { createSignal, splitProps } from 'solid-js'
import { Field, type TextFieldProps } from './Field'
import fieldStyles from './Field.module.css'
import { IconButton } from './IconButton'
import { EyeIcon, EyeOffIcon } from './icons'
import styles from './PasswordField.module.css'

export type PasswordFieldProps = Omit<TextFieldProps, 'type' | 'actions' | 'mono' | 'autocomplete'> & {
  /** Tells password managers what to fill in. */
  readonly autocomplete: 'current-password' | 'new-password'
}

export function PasswordField(props: PasswordFieldProps) {
  const [own, rest] = splitProps(props, ['label', 'hint', 'error', 'onInput'])
  const [isShown, setShown] = createSignal(false)
  return (
    <Field label={own.label} hint={own.hint} error={own.error}>
      {control => (
        <div class={styles.box}>
          <input
            autocapitalize="none"
            spellcheck={false}
            {...rest}
            {...control}
            class={fieldStyles.input}
            data-reveal=""
            type={isShown() ? 'text' : 'password'}
            onInput={event => own.onInput(event.currentTarget.value)}
          />
          {/* Behind the field, so that Tab comes to the field first. */}
          <span class={styles.reveal}>
            <IconButton
              icon={isShown() ? EyeOffIcon : EyeIcon}
              label={`${isShown() ? 'Hide' : 'Show'} ${own.label.toLowerCase()}`}
              onClick={() => setShown(shown => !shown)}
            />
          </span>
        </div>
      )}
    </Field>
  )
}
