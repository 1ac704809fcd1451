// Whether an element has more than it shows: then it must be reachable by keyboard to be scrolled.
import { type Accessor, createSignal, onCleanup, onMount } from 'solid-js'

export function createOverflow(element: () => HTMLElement | undefined): Accessor<boolean> {
  const [isOverflowing, setOverflowing] = createSignal(false)
  onMount(() => {
    const target = element()
    if (target === undefined) return
    const observer = new ResizeObserver(() => setOverflowing(target.scrollWidth > target.clientWidth + 1))
    observer.observe(target)
    if (target.firstElementChild) observer.observe(target.firstElementChild)
    onCleanup(() => observer.disconnect())
  })
  return isOverflowing
}
