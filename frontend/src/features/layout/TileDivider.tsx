// The line between two panes: dragged with a preview per frame and one commit, moved by arrow keys, evened by double click.
import { createMemo, createSignal } from 'solid-js'
import type { PlacedDivider } from './place'
import { centreDivider, dividerValues, KEY_STEP, moveDivider } from './ratios'
import styles from './TileDivider.module.css'

export interface TileDividerProps {
  readonly divider: PlacedDivider
  /** Size of the canvas in pixels. */
  readonly canvas: { readonly width: number; readonly height: number }
  /** Shows ratios without writing them; undefined ends the preview. */
  readonly onPreview: (preview: { nodeId: string; ratios: readonly number[] } | undefined) => void
  readonly onCommit: (nodeId: string, ratios: readonly number[]) => void
}

const percent = (fraction: number): string => `${fraction * 100}%`
/** Where two dividers meet, each keeps its ends clear of the other's hit area. */
const END = '5px'

export function TileDivider(props: TileDividerProps) {
  const [isDragging, setDragging] = createSignal(false)
  const isVertical = (): boolean => props.divider.direction === 'vertical'
  const values = createMemo(() => dividerValues(props.divider.ratios, props.divider.index))
  const style = createMemo(() => {
    const { rect } = props.divider
    return isVertical()
      ? { left: percent(rect.x), top: `calc(${percent(rect.y)} + ${END})`, height: `calc(${percent(rect.height)} - 2 * ${END})` }
      : { left: `calc(${percent(rect.x)} + ${END})`, top: percent(rect.y), width: `calc(${percent(rect.width)} - 2 * ${END})` }
  })

  function onPointerDown(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
    if (event.button !== 0) return
    event.preventDefault()
    const handle = event.currentTarget
    const { nodeId, ratios, index, container } = props.divider
    const extent = isVertical() ? container.width * props.canvas.width : container.height * props.canvas.height
    const position = (each: PointerEvent): number => (isVertical() ? each.clientX : each.clientY)
    const start = position(event)
    const stop = new AbortController()
    let moved = ratios
    let frame = 0

    handle.setPointerCapture(event.pointerId)
    handle.focus({ preventScroll: true })
    setDragging(true)

    const finish = (isCommitted: boolean): void => {
      cancelAnimationFrame(frame)
      stop.abort()
      setDragging(false)
      // Committed before the preview ends, so that no frame shows the old ratios.
      if (isCommitted && moved !== ratios) props.onCommit(nodeId, moved)
      props.onPreview(undefined)
    }
    const options = { signal: stop.signal }
    handle.addEventListener(
      'pointermove',
      (each: PointerEvent) => {
        const delta = extent > 0 ? (position(each) - start) / extent : 0
        moved = delta === 0 ? ratios : moveDivider(ratios, index, delta)
        frame ||= requestAnimationFrame(() => {
          frame = 0
          props.onPreview({ nodeId, ratios: moved })
        })
      },
      options,
    )
    handle.addEventListener('pointerup', () => finish(true), options)
    handle.addEventListener('pointercancel', () => finish(true), options)
    window.addEventListener(
      'keydown',
      each => {
        if (each.key !== 'Escape') return
        each.stopPropagation()
        finish(false)
      },
      { ...options, capture: true },
    )
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { nodeId, ratios, index } = props.divider
    const [less, more] = isVertical() ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    const delta =
      event.key === less ? -KEY_STEP : event.key === more ? KEY_STEP : event.key === 'Home' ? -1 : event.key === 'End' ? 1 : 0
    if (delta === 0 || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    props.onCommit(nodeId, moveDivider(ratios, index, delta))
  }

  return (
    <div
      class={styles.divider}
      style={style()}
      role="separator"
      tabindex={0}
      aria-label={isVertical() ? 'Resize left and right' : 'Resize above and below'}
      aria-orientation={props.divider.direction}
      aria-valuenow={values().now}
      aria-valuemin={values().min}
      aria-valuemax={values().max}
      data-direction={props.divider.direction}
      data-dragging={isDragging() ? '' : undefined}
      onPointerDown={onPointerDown}
      onDblClick={() => props.onCommit(props.divider.nodeId, centreDivider(props.divider.ratios, props.divider.index))}
      onKeyDown={onKeyDown}
    />
  )
}
