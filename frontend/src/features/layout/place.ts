// Turns a layout tree into flat lists: a rectangle per tile, a line per divider. Fractions of the canvas; pure.
import type { LayoutNode, LeafView, SplitView } from '../../core/ports'

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedTile {
  readonly leaf: LeafView
  readonly rect: Rect
}

export interface PlacedDivider {
  /** Unique and stable while its two neighbours are siblings. */
  readonly id: string
  /** The node whose ratios it moves. */
  readonly nodeId: string
  /** Lies between child `index` and the next one. */
  readonly index: number
  readonly direction: 'vertical' | 'horizontal'
  /** A line: no width when vertical, no height when horizontal. */
  readonly rect: Rect
  /** Where its node lies; the divider moves inside it. */
  readonly container: Rect
  readonly ratios: readonly number[]
}

export interface Placed {
  readonly tiles: readonly PlacedTile[]
  readonly dividers: readonly PlacedDivider[]
}

export const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 }

/** Start of each part and the end of the last: 0, 0.5, 1 for two halves. */
function edges(ratios: readonly number[]): readonly number[] {
  const sum = ratios.reduce((total, ratio) => total + ratio, 0) || 1
  const ends = ratios.map((_, index) => ratios.slice(0, index + 1).reduce((total, ratio) => total + ratio, 0) / sum)
  return [0, ...ends]
}

function placeSplit(node: SplitView, rect: Rect): Placed {
  const marks = edges(node.ratios)
  const isVertical = node.direction === 'vertical'
  const part = (index: number): Rect => {
    const start = marks[index] ?? 0
    const share = (marks[index + 1] ?? 1) - start
    return isVertical
      ? { ...rect, x: rect.x + rect.width * start, width: rect.width * share }
      : { ...rect, y: rect.y + rect.height * start, height: rect.height * share }
  }
  const parts = node.children.map((child, index) => place(child, part(index)))
  const dividers = node.children.slice(1).map((child, index): PlacedDivider => {
    const at = part(index + 1)
    return {
      id: `${node.id}/${node.children[index]?.id}/${child.id}`,
      nodeId: node.id,
      index,
      direction: node.direction,
      rect: isVertical ? { ...at, width: 0 } : { ...at, height: 0 },
      container: rect,
      ratios: node.ratios,
    }
  })
  return { tiles: parts.flatMap(each => each.tiles), dividers: [...dividers, ...parts.flatMap(each => each.dividers)] }
}

export function place(node: LayoutNode, rect: Rect = WHOLE): Placed {
  if (node.type === 'leaf') return { tiles: [{ leaf: node, rect }], dividers: [] }
  if (node.type === 'split') return placeSplit(node, rect)
  const columns = edges(node.colRatios)
  const rows = edges(node.rowRatios)
  const cells = node.cells.map((cell, index) => {
    const column = index % node.cols
    const row = Math.floor(index / node.cols)
    const [left = 0, right = 1, top = 0, bottom = 1] = [columns[column], columns[column + 1], rows[row], rows[row + 1]]
    return place(cell, {
      x: rect.x + rect.width * left,
      y: rect.y + rect.height * top,
      width: rect.width * (right - left),
      height: rect.height * (bottom - top),
    })
  })
  return { tiles: cells.flatMap(each => each.tiles), dividers: cells.flatMap(each => each.dividers) }
}

/** Phone width: the one tile fills the canvas. */
export function placeSingle(leaf: LeafView): Placed {
  return { tiles: [{ leaf, rect: WHOLE }], dividers: [] }
}

/** The tree with other ratios at one node, sharing the rest: what a divider drag previews. */
export function withRatios(node: LayoutNode, nodeId: string, ratios: readonly number[]): LayoutNode {
  if (node.type === 'leaf') return node
  if (node.type === 'split') {
    if (node.id === nodeId) return { ...node, ratios }
    const children = node.children.map(child => withRatios(child, nodeId, ratios))
    return children.every((child, index) => child === node.children[index]) ? node : { ...node, children }
  }
  const cells = node.cells.map(cell => withRatios(cell, nodeId, ratios))
  return cells.every((cell, index) => cell === node.cells[index]) ? node : { ...node, cells }
}

const EPSILON = 1e-6
const percent = (fraction: number): string => `${Math.round(fraction * 1e6) / 1e4}%`

/** CSS of a rectangle: inner edges give half a gap each, outer edges none. */
export function tileStyle(rect: Rect, gap: string): Record<'left' | 'top' | 'width' | 'height', string> {
  const inset = (position: number, isOuter: boolean): string =>
    isOuter ? percent(position) : `calc(${percent(position)} + ${gap} / 2)`
  const size = (fraction: number, innerEdges: number): string =>
    innerEdges === 0 ? percent(fraction) : `calc(${percent(fraction)} - ${gap} * ${innerEdges / 2})`
  const innerLeft = rect.x > EPSILON
  const innerRight = rect.x + rect.width < 1 - EPSILON
  const innerTop = rect.y > EPSILON
  const innerBottom = rect.y + rect.height < 1 - EPSILON
  return {
    left: inset(rect.x, !innerLeft),
    top: inset(rect.y, !innerTop),
    width: size(rect.width, Number(innerLeft) + Number(innerRight)),
    height: size(rect.height, Number(innerTop) + Number(innerBottom)),
  }
}
