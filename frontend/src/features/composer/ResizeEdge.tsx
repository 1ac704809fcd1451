// The top edge of the composer: dragged, or moved with the arrow keys; double click lets the text decide again.
import styles from './Composer.module.css'
import { strings } from './strings'

const MIN = 44
const STEP = 22

export function ResizeEdge(props: {
  readonly height: number | undefined
  readonly onResize: (height: number | undefined) => void
  readonly editor: () => HTMLElement | undefined
}) {
  const currentHeight = () => props.height ?? props.editor()?.parentElement?.clientHeight ?? MIN
  const clamp = (height: number) => Math.round(Math.max(MIN, Math.min(height, window.innerHeight * 0.7)))

  function onPointerDown(event: PointerEvent & { currentTarget: HTMLElement }): void {
    const edge = event.currentTarget
    const startY = event.clientY
    const startHeight = currentHeight()
    edge.setPointerCapture(event.pointerId)
    const onMove = (move: PointerEvent) => props.onResize(clamp(startHeight + startY - move.clientY))
    const onEnd = () => {
      edge.removeEventListener('pointermove', onMove)
      edge.removeEventListener('pointerup', onEnd)
      edge.removeEventListener('pointercancel', onEnd)
    }
    edge.addEventListener('pointermove', onMove)
    edge.addEventListener('pointerup', onEnd)
    edge.addEventListener('pointercancel', onEnd)
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowUp') props.onResize(clamp(currentHeight() + STEP))
    else if (event.key === 'ArrowDown') props.onResize(clamp(currentHeight() - STEP))
    else if (event.key === 'Escape') props.onResize(undefined)
    else return
    event.preventDefault()
  }
  return (
    <div
      class={styles.edge}
      role="separator"
      aria-orientation="horizontal"
      aria-label={strings.resize}
      aria-valuenow={props.height ?? MIN}
      aria-valuemin={MIN}
      tabindex="0"
      onPointerDown={onPointerDown}
      onDblClick={() => props.onResize(undefined)}
      onKeyDown={onKeyDown}
    />
  )
}
