// One line of a diff: numbers, sign, text.
import { For, Show } from 'solid-js'
import { syntaxClass } from '../../lib/highlight/syntax-class'
import styles from './Diff.module.css'
import type { DiffLine } from './model'
import type { DiffSpan } from './spans'

const SIGN = { add: '+', del: '−', context: ' ' } as const

export function DiffLineCells(props: {
  readonly line: DiffLine
  readonly spans: readonly DiffSpan[]
  readonly numbers: 'both' | 'old' | 'new'
}) {
  return (
    <>
      <Show when={props.numbers !== 'new'}>
        <span class={styles.number} data-number={props.line.oldNumber ?? ''} />
      </Show>
      <Show when={props.numbers !== 'old'}>
        <span class={styles.number} data-number={props.line.newNumber ?? ''} />
      </Show>
      <span class={styles.sign} data-sign={SIGN[props.line.kind]} />
      <span class={styles.text}>
        <For each={props.spans}>
          {span => (
            <Show when={span.kind !== undefined || span.isMarked} fallback={span.text}>
              <span class={syntaxClass(span.kind)} data-marked={span.isMarked ? '' : undefined}>
                {span.text}
              </span>
            </Show>
          )}
        </For>
        {'\n'}
      </span>
    </>
  )
}
