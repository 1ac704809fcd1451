// A Solid binding for TanStack Virtual's core, made for lists that grow at both ends and follow their end.
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core'
import { type Accessor, createComputed, createMemo, createSignal, onCleanup, onMount, untrack } from 'solid-js'

/** Within this many pixels of the end the list counts as being there. */
const END_THRESHOLD = 2
/** A selection over more rows than this is let go. */
const MAX_HELD = 200

/** Where the reader was, so that the list can be built again at the same place. */
export interface ListPosition {
  readonly pinned: boolean
  /** Key of the first row in view and how far its top is above the view's, in pixels. */
  readonly anchor: { readonly key: string; readonly offset: number } | undefined
  readonly sizes: readonly VirtualItem[]
}

export interface VirtualListOptions {
  /** A new array for every change: the core compares with the array it knew. */
  readonly keys: Accessor<readonly string[]>
  readonly scroller: Accessor<HTMLElement | undefined>
  /** Height in pixels a row is taken to have until it has been measured. */
  estimate(key: string): number
  readonly overscan: number
  readonly paddingStart: number
  readonly paddingEnd: number
  readonly initial: ListPosition | undefined
  /** Rows that stay mounted wherever the reader is: the ends of a selection. */
  readonly held: Accessor<readonly string[]>
  /** The reader scrolled, or the rows in view changed. */
  onMoved(): void
}

export interface VirtualList {
  /** Keys of the rows to mount, in order. Primitive, so that `For` keeps rows while scrolling. */
  readonly visible: Accessor<readonly string[]>
  index(key: string): number
  /** Top of a row, pixels from the start of the list. */
  start(key: string): number
  readonly totalSize: Accessor<number>
  /** Follows the end: true until the reader scrolls up, true again at the end. */
  readonly pinned: Accessor<boolean>
  /** Call once per row when it is in the document and carries `data-index`. */
  measure(row: HTMLElement): void
  scrollToEnd(): void
  scrollToKey(key: string): void
  scrollBy(pixels: number): void
  position(): ListPosition
  /** Pixels between the view and each end of the list. */
  distance(): { readonly start: number; readonly end: number }
}

export function createVirtualList(options: VirtualListOptions): VirtualList {
  const [version, setVersion] = createSignal(0)
  const [pinned, setPinned] = createSignal(options.initial?.pinned ?? true)
  let isWriteQueued = false
  let restore = options.initial?.pinned === false ? options.initial.anchor : undefined

  const coreOptions = (keys: readonly string[]) => ({
    count: keys.length,
    getItemKey: (index: number) => keys[index] ?? index,
    getScrollElement: () => options.scroller() ?? null,
    estimateSize: (index: number) => options.estimate(keys[index] ?? ''),
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: options.overscan,
    rangeExtractor: (range: Range) => withHeld(defaultRangeExtractor(range), keys, untrack(options.held)),
    paddingStart: options.paddingStart,
    paddingEnd: options.paddingEnd,
    anchorTo: 'end' as const,
    scrollEndThreshold: END_THRESHOLD,
    initialMeasurementsCache: [...(options.initial?.sizes ?? [])],
    onChange: () => refresh(),
  })
  const core = new Virtualizer<HTMLElement, HTMLElement>(untrack(() => coreOptions(options.keys())))

  /** Rows first, then, once Solid has grown the sizer and before paint, the scroll position (pitfall P1). */
  function refresh(): void {
    if (untrack(pinned) && core.scrollElement !== null) core.scrollOffset = endOffset()
    setVersion(count => count + 1)
    if (isWriteQueued) return
    isWriteQueued = true
    queueMicrotask(() => {
      isWriteQueued = false
      untrack(settleScroll)
      options.onMoved()
    })
  }

  function endOffset(): number {
    return Math.max(0, core.getTotalSize() - (core.scrollRect?.height ?? 0))
  }

  function settleScroll(): void {
    const scroller = options.scroller()
    if (scroller === undefined) return
    core._willUpdate()
    if (restore !== undefined) restoreAnchor(restore)
    else if (pinned()) scroller.scrollTop = scroller.scrollHeight
  }

  function restoreAnchor(anchor: { readonly key: string; readonly offset: number }): void {
    const index = options.keys().indexOf(anchor.key)
    if (index < 0) return
    restore = undefined
    const start = core.getOffsetForIndex(index, 'start')?.[0] ?? 0
    core.scrollToOffset(start + anchor.offset)
  }

  createComputed(() => {
    const keys = options.keys()
    untrack(() => {
      core.setOptions(coreOptions(keys))
      refresh()
    })
  })

  onMount(() => {
    const scroller = options.scroller()
    if (scroller === undefined) return
    let lastTop = scroller.scrollTop
    const onScroll = () => {
      const end = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
      if (end <= END_THRESHOLD) setPinned(true)
      else if (scroller.scrollTop < lastTop - 1) setPinned(false)
      lastTop = scroller.scrollTop
      options.onMoved()
    }
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && scroller.scrollTop > 0) setPinned(false)
    }
    const resized = new ResizeObserver(() => refresh())
    scroller.addEventListener('scroll', onScroll, { passive: true })
    scroller.addEventListener('wheel', onWheel, { passive: true })
    resized.observe(scroller)
    const unmount = core._didMount()
    core._willUpdate()
    refresh()
    onCleanup(() => {
      scroller.removeEventListener('scroll', onScroll)
      scroller.removeEventListener('wheel', onWheel)
      resized.disconnect()
      unmount()
    })
  })

  const items = createMemo(() => {
    version()
    return new Map(core.getVirtualItems().map(item => [String(item.key), item]))
  })
  const visible = createMemo<readonly string[]>(() => [...items().keys()], [], { equals: isSameList })
  const totalSize = createMemo(() => {
    version()
    return core.getTotalSize()
  })

  return {
    visible,
    totalSize,
    pinned,
    index: key => items().get(key)?.index ?? 0,
    start: key => items().get(key)?.start ?? 0,
    measure: row => core.measureElement(row),
    scrollToEnd() {
      setPinned(true)
      refresh()
    },
    scrollToKey(key) {
      const index = untrack(options.keys).indexOf(key)
      if (index < 0) return
      setPinned(false)
      core.scrollToIndex(index, { align: 'start' })
    },
    scrollBy(pixels) {
      if (pixels < 0) setPinned(false)
      options.scroller()?.scrollBy({ top: pixels })
    },
    position() {
      const offset = core.scrollOffset ?? 0
      const item = core.getVirtualItemForOffset(offset)
      return {
        pinned: untrack(pinned),
        anchor: item === undefined ? undefined : { key: String(item.key), offset: offset - item.start },
        sizes: core.takeSnapshot(),
      }
    },
    distance() {
      const scroller = options.scroller()
      if (scroller === undefined) return { start: 0, end: 0 }
      return { start: scroller.scrollTop, end: scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop }
    },
  }
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((key, index) => key === right[index])
}

/** The visible rows and everything between the held ones and them stay: a selection must not lose its middle. */
function withHeld(visible: number[], keys: readonly string[], held: readonly string[]): number[] {
  const indexes = held.map(key => keys.indexOf(key)).filter(index => index >= 0)
  if (indexes.length === 0 || visible.length === 0) return visible
  const from = Math.min(visible[0] ?? 0, ...indexes)
  const to = Math.max(visible.at(-1) ?? 0, ...indexes)
  return to - from > MAX_HELD ? visible : Array.from({ length: to - from + 1 }, (_, offset) => from + offset)
}
