// The product's mark.
import styles from './BrandMark.module.css'

export function BrandMark(props: { readonly size: number }) {
  return (
    <svg width={props.size} height={props.size} viewBox="0 0 32 32" aria-hidden="true">
      <rect class={styles.mark} width="32" height="32" rx="7" />
      <path class={styles.glyph} d="M9 7.5v13a3 3 0 0 0 3 3h4.5" />
      <rect class={styles.glyph} x="15.5" y="8.5" width="8" height="8" rx="2" />
    </svg>
  )
}
