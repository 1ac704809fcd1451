// Four bars and a word under a new password.
import { For, Show } from 'solid-js'
import styles from './StrengthMeter.module.css'
import { passwordStrength, STRENGTHS } from './strength'

export function StrengthMeter(props: { readonly password: string }) {
  const strength = () => passwordStrength(props.password)
  const level = (): number => STRENGTHS.indexOf(strength())
  return (
    <Show when={props.password !== ''}>
      <div
        class={styles.meter}
        data-level={level()}
        role="meter"
        aria-label="Password strength"
        aria-valuemin={1}
        aria-valuemax={STRENGTHS.length}
        aria-valuenow={level() + 1}
        aria-valuetext={strength()}
      >
        <For each={STRENGTHS}>{(_, at) => <span class={styles.bar} data-on={at() <= level() ? '' : undefined} />}</For>
        <span class={styles.word}>{strength()}</span>
      </div>
    </Show>
  )
}
