// "Quote" and "Copy" above text selected in the conversation (AGT-62).
import { createEffect, createSignal, onCleanup, Show } from 'solid-js'
import { Button } from '../../ui'
import { CopyIcon, QuoteIcon } from '../../ui/icons'
import { useAgent } from './agent-context'
import { quote } from './item-text'
import styles from './SelectionPopup.module.css'
import { strings } from './strings'

interface Selected {
  readonly text: string
  /** Relative to the scroller's parent, pixels. */
  readonly top: number
  readonly left: number
}

const HEIGHT = 38

export function SelectionPopup(props: { readonly container: HTMLElement | undefined }) {
  const { copy, quote: insertQuote, editable } = useAgent()
  const [selected, setSelected] = createSignal<Selected>()

  function read(): void {
    const selection = document.getSelection()
    const { container } = props
    const text = selection?.toString().trim() ?? ''
    if (selection === null || container === undefined || text === '' || !container.contains(selection.anchorNode)) {
      setSelected(undefined)
      return
    }
    const range = selection.getRangeAt(0).getBoundingClientRect()
    const box = container.getBoundingClientRect()
    setSelected({
      text,
      top: Math.max(4, range.top - box.top - HEIGHT),
      left: Math.min(Math.max(80, range.left - box.left + range.width / 2), box.width - 80),
    })
  }
  const hide = () => setSelected(undefined)
  const onSelection = () => {
    if (document.getSelection()?.isCollapsed !== false) hide()
  }
  createEffect(() => {
    const { container } = props
    if (container === undefined) return
    const onUp = () => setTimeout(read)
    container.addEventListener('pointerup', onUp)
    container.addEventListener('keyup', onUp)
    container.addEventListener('scroll', hide, { passive: true })
    document.addEventListener('selectionchange', onSelection)
    onCleanup(() => {
      container.removeEventListener('pointerup', onUp)
      container.removeEventListener('keyup', onUp)
      container.removeEventListener('scroll', hide)
      document.removeEventListener('selectionchange', onSelection)
    })
  })

  return (
    <Show when={selected()}>
      {current => (
        <div
          class={styles.popup}
          style={{ top: `${current().top}px`, left: `${current().left}px` }}
          onPointerDown={event => event.preventDefault()}
        >
          <Show when={editable()}>
            <Button size="xs" variant="quiet" icon={QuoteIcon} onClick={() => insertQuote(quote(current().text))}>
              {strings.quote}
            </Button>
          </Show>
          <Button size="xs" variant="quiet" icon={CopyIcon} onClick={() => copy(current().text)}>
            {strings.copy}
          </Button>
        </div>
      )}
    </Show>
  )
}
