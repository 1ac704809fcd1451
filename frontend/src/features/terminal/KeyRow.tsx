// Keys a touch keyboard does not have. Ctrl stays down for one character.
import { For } from 'solid-js'
import { strings } from './strings'
import styles from './TerminalPane.module.css'

const KEYS = ['Escape', 'Tab', 'Control', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight'] as const
const FACES: Partial<Record<(typeof KEYS)[number], string>> = { ArrowLeft: '←', ArrowUp: '↑', ArrowDown: '↓', ArrowRight: '→' }

export function KeyRow(props: {
  readonly isControl: boolean
  readonly onControl: () => void
  readonly onKey: (key: string) => void
}) {
  return (
    <div class={styles.keys} role="toolbar" aria-label={strings.keys}>
      <For each={KEYS}>
        {key => (
          <button
            type="button"
            class={styles.key}
            aria-label={strings.keyLabels[key]}
            aria-pressed={key === 'Control' ? props.isControl : undefined}
            onPointerDown={event => event.preventDefault()}
            onClick={() => (key === 'Control' ? props.onControl() : props.onKey(key))}
          >
            {FACES[key] ?? strings.keyLabels[key]}
          </button>
        )}
      </For>
    </div>
  )
}
