// Dragging tabs with pointer events: listens while a press lasts, measures the tiles, shows a ghost and a mark, drops once.
import { type Accessor, createSignal } from 'solid-js'
import { type GestureInput, type GestureState, gesture, LONG_PRESS_MS, type PointerKind, press } from './drag-gesture'
import { autoScroll, type DropTarget, dropTarget, isSamePlace, type Point, type TileBox } from './drop-target'

export interface DraggedTab {
  readonly tabId: string
  readonly title: string
}
export interface DragView extends DraggedTab {
  readonly point: Point
  readonly target: DropTarget | undefined
}

export interface DragEngine {
  /** What is being dragged right now. */
  readonly dragging: Accessor<DragView | undefined>
  /** Handler of `pointerdown` on anything that stands for a tab. */
  start(event: PointerEvent, tab: DraggedTab): void
}

const rectOf = (element: Element): DOMRect => element.getBoundingClientRect()

/** Reads the tiles of the page: elements with `data-tile`, their `data-tab-strip` and the `data-tab` in it. */
export function measureTiles(root: ParentNode): TileBox[] {
  return [...root.querySelectorAll<HTMLElement>('[data-tile]')].map(tile => {
    const bar = tile.querySelector<HTMLElement>('[data-tab-bar]') ?? tile
    const tabs = [...tile.querySelectorAll<HTMLElement>('[data-tab]')].map(tab => ({
      tabId: tab.dataset.tab ?? '',
      rect: rectOf(tab),
    }))
    return { tileId: tile.dataset.tile ?? '', rect: rectOf(tile), bar: rectOf(bar), tabs }
  })
}

const pointOf = (event: PointerEvent): Point => ({ x: event.clientX, y: event.clientY })

function pointerKind(type: string): PointerKind {
  return type === 'touch' || type === 'pen' ? type : 'mouse'
}

export function createDragEngine(onDrop: (tabId: string, target: DropTarget) => void): DragEngine {
  const [dragging, setDragging] = createSignal<DragView>()

  function start(event: PointerEvent, tab: DraggedTab): void {
    if (event.button !== 0 || dragging()) return
    let state: GestureState = press(pointerKind(event.pointerType), pointOf(event), event.timeStamp)
    const stop = new AbortController()
    const options = { signal: stop.signal, capture: true }
    const held = setTimeout(() => feed({ type: 'held' }), LONG_PRESS_MS)
    let frame = 0

    function scrollStrip(): void {
      frame = 0
      if (state.kind !== 'dragging') return
      const point = state.point
      for (const strip of document.querySelectorAll<HTMLElement>('[data-tab-strip]')) {
        const step = autoScroll(rectOf(strip), point)
        if (step !== 0) strip.scrollLeft += step
      }
      show(point)
    }
    function show(point: Point): void {
      const tiles = measureTiles(document)
      const target = dropTarget(tiles, point)
      setDragging({ ...tab, point, target: target && !isSamePlace(tiles, tab.tabId, target) ? target : undefined })
      frame ||= requestAnimationFrame(scrollStrip)
    }
    function finish(): void {
      clearTimeout(held)
      cancelAnimationFrame(frame)
      stop.abort()
      setDragging(undefined)
    }
    function feed(input: GestureInput): void {
      const before = state
      state = gesture(state, input)
      if (state.kind === 'dragging') {
        if (before.kind === 'pressed') document.getSelection()?.removeAllRanges()
        show(state.point)
        return
      }
      if (state.kind !== 'ended') return
      const target = dragging()?.target
      finish()
      if (state.outcome === 'dropped') {
        swallowClick()
        if (target) onDrop(tab.tabId, target)
      }
    }

    const isOurs = (each: PointerEvent): boolean => each.pointerId === event.pointerId
    window.addEventListener('pointermove', each => isOurs(each) && feed({ type: 'move', point: pointOf(each) }), options)
    window.addEventListener('pointerup', each => isOurs(each) && feed({ type: 'up', point: pointOf(each) }), options)
    window.addEventListener('pointercancel', each => isOurs(each) && feed({ type: 'cancel' }), options)
    // The window's own; elements that lose the focus send theirs through here too.
    window.addEventListener('blur', each => each.target === window && feed({ type: 'cancel' }), options)
    window.addEventListener('contextmenu', each => state.kind === 'dragging' && each.preventDefault(), options)
    // A finger that drags must not scroll the strip below it any more.
    window.addEventListener('touchmove', each => state.kind === 'dragging' && each.preventDefault(), {
      ...options,
      passive: false,
    })
    window.addEventListener(
      'keydown',
      each => {
        if (each.key !== 'Escape' || state.kind !== 'dragging') return
        each.preventDefault()
        each.stopPropagation()
        feed({ type: 'cancel' })
      },
      options,
    )
  }

  return { dragging, start }
}

/** The click that follows a drop would select the tab under the pointer. */
function swallowClick(): void {
  const stop = new AbortController()
  window.addEventListener(
    'click',
    event => {
      event.stopPropagation()
      event.preventDefault()
    },
    { signal: stop.signal, capture: true, once: true },
  )
  setTimeout(() => stop.abort(), 0)
}
