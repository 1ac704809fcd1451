// One line of command output with its colours.
import { For } from 'solid-js'
import type { AnsiLine, AnsiSpan } from '../ansi'
import styles from './AnsiText.module.css'

export function AnsiText(props: { readonly line: AnsiLine }) {
  return (
    <span>
      <For each={props.line}>
        {span => (
          <span
            class={styles.span}
            data-fg={typeof span.foreground === 'number' ? span.foreground : undefined}
            data-bg={typeof span.background === 'number' ? span.background : undefined}
            data-bold={span.isBold ? '' : undefined}
            data-dim={span.isDim ? '' : undefined}
            data-italic={span.isItalic ? '' : undefined}
            data-underline={span.isUnderlined ? '' : undefined}
            data-inverse={span.isInverse ? '' : undefined}
            style={ownColors(span)}
          >
            {span.text}
          </span>
        )}
      </For>
      {'\n'}
    </span>
  )
}

/** Colours the program chose itself are mixed with the text colour, so that they stay readable on either theme. */
function ownColors(span: AnsiSpan): Record<string, string> | undefined {
  const colors: Record<string, string> = {}
  if (typeof span.foreground === 'string') colors.color = `color-mix(in oklab, ${span.foreground} 62%, var(--text-primary))`
  if (typeof span.background === 'string') colors['background-color'] = `color-mix(in oklab, ${span.background} 24%, transparent)`
  return Object.keys(colors).length === 0 ? undefined : colors
}
