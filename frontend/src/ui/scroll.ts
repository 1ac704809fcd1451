// Brings an element into sight inside its own scroller, without moving the page around it.

function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (at.scrollHeight > at.clientHeight && /auto|scroll/.test(getComputedStyle(at).overflowY)) return at
  }
  return null
}

export function revealInScroller(element: HTMLElement): void {
  const scroller = scrollerOf(element)
  if (!scroller) return
  const own = element.getBoundingClientRect()
  const frame = scroller.getBoundingClientRect()
  if (own.top < frame.top) scroller.scrollTop -= frame.top - own.top
  else if (own.bottom > frame.bottom) scroller.scrollTop += own.bottom - frame.bottom
}
