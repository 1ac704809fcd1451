// A provider as two letters in a small frame: the front end knows no provider, only its label.
import styles from './ProviderIcon.module.css'

/** "Claude Code" → "CC", "Reasonix" → "Re". */
export function providerInitials(label: string): string {
  const words = label.split(/[\s_-]+|(?<=[a-z])(?=[A-Z])/).filter(word => word !== '')
  if (words.length > 1)
    return words
      .slice(0, 2)
      .map(word => word[0]?.toUpperCase())
      .join('')
  return (words[0] ?? '?').slice(0, 2)
}

export function ProviderIcon(props: { readonly label: string; readonly size?: number }) {
  return (
    <span class={styles.icon} style={{ '--icon-size': `${props.size ?? 16}px` }} aria-hidden="true">
      {providerInitials(props.label)}
    </span>
  )
}
