// Where a tooltip goes: below its trigger, above when there is no room, always inside the window.

const GAP = 6
const MARGIN = 6

export interface Box {
  readonly width: number
  readonly height: number
}

export function tooltipPosition(
  anchor: { left: number; top: number; width: number; height: number },
  tip: Box,
  view: Box,
): { left: number; top: number } {
  const below = anchor.top + anchor.height + GAP
  const above = anchor.top - GAP - tip.height
  const top = below + tip.height + MARGIN > view.height && above >= MARGIN ? above : below
  const centred = anchor.left + anchor.width / 2 - tip.width / 2
  const left = Math.max(MARGIN, Math.min(centred, view.width - tip.width - MARGIN))
  return { left, top }
}

export function placeTooltip(element: HTMLElement, anchor: DOMRect): void {
  if (!element.isConnected) return
  const { left, top } = tooltipPosition(anchor, element.getBoundingClientRect(), { width: innerWidth, height: innerHeight })
  element.style.translate = `${Math.round(left)}px ${Math.round(top)}px`
  element.dataset.placed = ''
}
