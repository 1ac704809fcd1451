// Finds text in the screen and its scrollback.
import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { IconButton } from '../../ui'
import { ArrowDownIcon, ArrowUpIcon, XIcon } from '../../ui/icons'
import { strings } from './strings'
import styles from './TerminalPane.module.css'
import type { TerminalEngine } from './terminal-engine'

export function SearchBar(props: { readonly engine: TerminalEngine | undefined; readonly onClose: () => void }) {
  let input: HTMLInputElement | undefined
  const [text, setText] = createSignal('')
  const [isMissing, setMissing] = createSignal(false)
  function find(direction: 'next' | 'previous'): void {
    if (text() !== '') setMissing(props.engine?.find(text(), direction) === false)
  }
  function close(): void {
    props.onClose()
    props.engine?.focus()
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter') find(event.shiftKey ? 'previous' : 'next')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  onMount(() => input?.focus())
  onCleanup(() => props.engine?.clearFind())

  return (
    <search class={styles.search}>
      <input
        ref={input}
        class={styles.searchField}
        type="search"
        aria-label={strings.find}
        placeholder={strings.find}
        value={text()}
        onInput={event => {
          setText(event.currentTarget.value)
          setMissing(false)
          find('previous')
        }}
        onKeyDown={onKeyDown}
      />
      <Show when={isMissing()}>
        <span class={styles.searchNote} role="status">
          {strings.noMatches}
        </span>
      </Show>
      <IconButton size="xs" icon={ArrowUpIcon} label={strings.findPrevious} onClick={() => find('previous')} />
      <IconButton size="xs" icon={ArrowDownIcon} label={strings.findNext} onClick={() => find('next')} />
      <IconButton size="xs" icon={XIcon} label={strings.findClose} onClick={close} />
    </search>
  )
}
