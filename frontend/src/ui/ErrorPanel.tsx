// What failed, why, and one thing to do about it; details behind a disclosure.
import { Show } from 'solid-js'
import { Button } from './Button'
import styles from './ErrorPanel.module.css'
import { CircleAlertIcon } from './icons'

export interface ErrorPanelProps {
  readonly title: string
  readonly text?: string | undefined
  readonly action?: { readonly label: string; run(): void } | undefined
  readonly details?: string | undefined
  /** A line inside a form or list rather than a pane of its own. */
  readonly inline?: boolean | undefined
}

export function ErrorPanel(props: ErrorPanelProps) {
  return (
    <div class={styles.panel} role="alert" data-inline={props.inline ? '' : undefined}>
      <CircleAlertIcon size={props.inline ? 15 : 20} class={styles.icon} />
      <div class={styles.body}>
        <p class={styles.title}>{props.title}</p>
        <Show when={props.text}>{text => <p class={styles.text}>{text()}</p>}</Show>
        <Show when={props.details}>
          {details => (
            <details class={styles.details}>
              <summary>Details</summary>
              <pre>{details()}</pre>
            </details>
          )}
        </Show>
        <Show when={props.action}>
          {action => (
            <div>
              <Button size={props.inline ? 'sm' : 'md'} onClick={() => action().run()}>
                {action().label}
              </Button>
            </div>
          )}
        </Show>
      </div>
    </div>
  )
}
