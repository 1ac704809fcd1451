// A fenced code block: language, copy button, colours when its grammar has loaded.
import { createSignal, For, onCleanup, Show } from 'solid-js'
import type { SyntaxLine } from '../../lib/highlight/highlight'
import { languageOfFence } from '../../lib/highlight/languages'
import { syntaxClass } from '../../lib/highlight/syntax-class'
import { createSyntaxLines } from '../../lib/highlight/syntax-lines'
import { IconButton } from '../../ui'
import { CheckIcon, CopyIcon } from '../../ui/icons'
import styles from './CodeBlock.module.css'
import { createOverflow } from './overflow'
import { strings } from './strings'

const COPIED_MS = 1500

export function CodeBlock(props: { readonly text: string; readonly info: string; readonly isOpen?: boolean }) {
  let scroller: HTMLPreElement | undefined
  const lines = createSyntaxLines({
    text: () => props.text,
    language: () => languageOfFence(props.info),
    isOpen: () => props.isOpen === true,
  })
  const isOverflowing = createOverflow(() => scroller)
  const [isCopied, setCopied] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(props.text)
    setCopied(true)
    clearTimeout(timer)
    timer = setTimeout(() => setCopied(false), COPIED_MS)
  }
  const name = () => props.info.trim().split(/[\s,{]/, 1)[0] ?? ''

  return (
    <div class={styles.block}>
      <div class={styles.bar}>
        <span class={styles.language}>{name()}</span>
        <IconButton
          size="xs"
          iconSize={14}
          icon={isCopied() ? CheckIcon : CopyIcon}
          label={isCopied() ? strings.copied : strings.copyCode}
          onClick={() => void copy().catch(() => undefined)}
        />
      </div>
      <pre
        class={styles.code}
        ref={scroller}
        tabindex={isOverflowing() ? 0 : undefined}
        role={isOverflowing() ? 'group' : undefined}
        aria-label={isOverflowing() ? strings.code : undefined}
      >
        <code>
          <For each={lines()}>{line => <CodeLine line={line} />}</For>
        </code>
      </pre>
    </div>
  )
}

/** One line with its line break, so that selecting and copying gives the text. */
export function CodeLine(props: { readonly line: SyntaxLine }) {
  return (
    <span>
      <For each={props.line}>
        {span => (
          <Show when={span.kind} fallback={span.text}>
            <span class={syntaxClass(span.kind)}>{span.text}</span>
          </Show>
        )}
      </For>
      {'\n'}
    </span>
  )
}
