// A thin line between things that belong to different groups.
import styles from './Divider.module.css'

export function Divider(props: { readonly vertical?: boolean }) {
  return (
    <hr
      class={styles.divider}
      data-vertical={props.vertical ? '' : undefined}
      aria-orientation={props.vertical ? 'vertical' : 'horizontal'}
    />
  )
}
