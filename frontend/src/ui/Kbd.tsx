// A key or a combination, as the platform writes it.
import styles from './Kbd.module.css'

export function Kbd(props: { readonly keys: string }) {
  return <kbd class={styles.kbd}>{props.keys}</kbd>
}
