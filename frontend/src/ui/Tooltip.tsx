// One tooltip for the page: any element with `data-tooltip` has one. `data-shortcut` is added in parentheses,
// `data-tooltip-clipped` shows it only while the element's text is cut off.
import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { Portal } from 'solid-js/web'
import styles from './Tooltip.module.css'
import { placeTooltip } from './tooltip-place'

const OPEN_AFTER_MS = 500
/** After one tooltip closed, the next opens at once for this long. */
const WARM_MS = 400
const TRIGGER = '[data-tooltip], [data-tooltip-clipped]'

interface Shown {
  readonly text: string
  readonly shortcut: string | undefined
  readonly anchor: DOMRect
}

function textOf(element: HTMLElement): string | undefined {
  if (element.dataset.tooltip !== undefined && element.dataset.tooltip !== '' && element.dataset.tooltipClipped === undefined) {
    return element.dataset.tooltip
  }
  const isClipped = element.scrollWidth > element.clientWidth
  return isClipped ? element.dataset.tooltip || element.textContent || undefined : undefined
}

/** Mounted once, in the shell. */
export function TooltipLayer() {
  const [shown, setShown] = createSignal<Shown>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let trigger: HTMLElement | undefined
  let closedAt = 0

  function close(): void {
    clearTimeout(timer)
    if (shown()) closedAt = performance.now()
    trigger = undefined
    setShown(undefined)
  }
  function open(element: HTMLElement, delay: number): void {
    if (element === trigger) return
    close()
    trigger = element
    timer = setTimeout(() => {
      const text = textOf(element)
      if (!text || !element.isConnected) return
      setShown({ text, shortcut: element.dataset.shortcut, anchor: element.getBoundingClientRect() })
    }, delay)
  }
  const triggerOf = (target: EventTarget | null): HTMLElement | null =>
    target instanceof Element ? target.closest<HTMLElement>(TRIGGER) : null

  const onOver = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') return
    const element = triggerOf(event.target)
    if (!element) return close()
    open(element, performance.now() - closedAt < WARM_MS ? 0 : OPEN_AFTER_MS)
  }
  const onFocus = (event: FocusEvent): void => {
    const element = triggerOf(event.target)
    if (element?.matches(':focus-visible')) open(element, OPEN_AFTER_MS)
    else close()
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' || event.key === 'Enter' || event.key === ' ') close()
  }

  onMount(() => {
    const options = { capture: true, passive: true } as const
    document.addEventListener('pointerover', onOver, options)
    document.addEventListener('pointerdown', close, options)
    document.addEventListener('focusin', onFocus, options)
    document.addEventListener('keydown', onKey, options)
    document.addEventListener('scroll', close, options)
    window.addEventListener('blur', close)
    onCleanup(() => {
      close()
      document.removeEventListener('pointerover', onOver, options)
      document.removeEventListener('pointerdown', close, options)
      document.removeEventListener('focusin', onFocus, options)
      document.removeEventListener('keydown', onKey, options)
      document.removeEventListener('scroll', close, options)
      window.removeEventListener('blur', close)
    })
  })

  return (
    <Show when={shown()}>
      {tip => (
        <Portal>
          <div class={styles.tooltip} role="tooltip" ref={element => queueMicrotask(() => placeTooltip(element, tip().anchor))}>
            {tip().text}
            <Show when={tip().shortcut}>{shortcut => <span class={styles.shortcut}> ({shortcut()})</span>}</Show>
          </div>
        </Portal>
      )}
    </Show>
  )
}
