// The frame of every page for people who have not signed in: one narrow column under the product's mark.
import { type JSX, Show } from 'solid-js'
import { BrandMark, TooltipLayer } from '../../ui'
import styles from './AuthPage.module.css'

export function AuthPage(props: {
  readonly heading: string
  readonly intro?: string | undefined
  /** Below everything: a way to another page. */
  readonly footer?: JSX.Element
  readonly children?: JSX.Element
}) {
  return (
    <main class={styles.page}>
      <div class={styles.column}>
        <header class={styles.header}>
          <BrandMark size={44} />
          <h1 class={styles.heading}>{props.heading}</h1>
          <Show when={props.intro}>{intro => <p class={styles.intro}>{intro()}</p>}</Show>
        </header>
        {props.children}
        <Show when={props.footer}>{footer => <p class={styles.footer}>{footer()}</p>}</Show>
      </div>
      <TooltipLayer />
    </main>
  )
}
