// One part of the settings: a heading, what can be done, and what came of it.
import { createUniqueId, type JSX, Show } from 'solid-js'
import { ErrorPanel } from '../../ui'
import { CheckIcon } from '../../ui/icons'
import styles from './OrganizationPage.module.css'

export function Card(props: {
  readonly heading: string
  readonly children: JSX.Element
  readonly failure?: string | undefined
  readonly success?: string | undefined
  readonly tone?: 'danger' | undefined
}) {
  const id = createUniqueId()
  return (
    <section class={styles.card} data-tone={props.tone} aria-labelledby={id}>
      <h2 class={styles.heading} id={id}>
        {props.heading}
      </h2>
      {props.children}
      <Show when={props.failure}>{failure => <ErrorPanel inline title={failure()} />}</Show>
      <p class={styles.success} role="status">
        <Show when={props.success}>
          <CheckIcon size={15} />
          {props.success}
        </Show>
      </p>
    </section>
  )
}
