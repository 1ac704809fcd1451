// When a press becomes a drag: after a few pixels with a mouse or pen, after a long press with a finger. Pure.
import type { Point } from './drop-target'

export type PointerKind = 'mouse' | 'pen' | 'touch'
export type GestureState =
  | { readonly kind: 'pressed'; readonly pointer: PointerKind; readonly from: Point; readonly at: number }
  | { readonly kind: 'dragging'; readonly point: Point }
  /** Dropped, cancelled, or given to scrolling. */
  | { readonly kind: 'ended'; readonly outcome: 'click' | 'dropped' | 'cancelled'; readonly point?: Point }

export type GestureInput =
  | { readonly type: 'move'; readonly point: Point }
  | { readonly type: 'up'; readonly point: Point }
  | { readonly type: 'cancel' }
  /** The long-press timer fired. */
  | { readonly type: 'held' }

export const DRAG_DISTANCE_PX = 4
export const LONG_PRESS_MS = 350
/** A finger that moves this far before the long press scrolls. */
const TOUCH_SLOP_PX = 8

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)

export function press(pointer: PointerKind, from: Point, at: number): GestureState {
  return { kind: 'pressed', pointer, from, at }
}

export function gesture(state: GestureState, input: GestureInput): GestureState {
  if (state.kind === 'ended') return state
  if (input.type === 'cancel') return { kind: 'ended', outcome: 'cancelled' }
  if (state.kind === 'dragging') {
    if (input.type === 'move') return { kind: 'dragging', point: input.point }
    return input.type === 'up' ? { kind: 'ended', outcome: 'dropped', point: input.point } : state
  }
  switch (input.type) {
    case 'up':
      return { kind: 'ended', outcome: 'click' }
    case 'held':
      return state.pointer === 'touch' ? { kind: 'dragging', point: state.from } : state
    case 'move': {
      const moved = distance(state.from, input.point)
      if (state.pointer === 'touch') return moved > TOUCH_SLOP_PX ? { kind: 'ended', outcome: 'cancelled' } : state
      return moved >= DRAG_DISTANCE_PX ? { kind: 'dragging', point: input.point } : state
    }
  }
}
