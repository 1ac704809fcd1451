// Where a dragged tab would land under the pointer. Pure: rectangles in, a placement and a mark out.

export interface PixelRect {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
export interface TabBox {
  readonly tabId: string
  readonly rect: PixelRect
}
export interface TileBox {
  readonly tileId: string
  /** The whole tile. */
  readonly rect: PixelRect
  readonly bar: PixelRect
  /** In order. */
  readonly tabs: readonly TabBox[]
}
export interface Point {
  readonly x: number
  readonly y: number
}

export interface DropTarget {
  readonly tileId: string
  /** Insert before this sibling; at the end when undefined. */
  readonly before?: string
  /** The insertion line in a bar, or the tile body that takes the tab. */
  readonly mark: { readonly kind: 'line' | 'body'; readonly rect: PixelRect }
}

const contains = (rect: PixelRect, point: Point): boolean =>
  point.x >= rect.left && point.x < rect.left + rect.width && point.y >= rect.top && point.y < rect.top + rect.height

const LINE_WIDTH = 2

function barTarget(tile: TileBox, point: Point): DropTarget {
  const before = tile.tabs.find(tab => point.x < tab.rect.left + tab.rect.width / 2)
  const last = tile.tabs.at(-1)
  const x = before ? before.rect.left : last ? last.rect.left + last.rect.width : tile.bar.left + 6
  const clamped = Math.min(Math.max(x, tile.bar.left + LINE_WIDTH), tile.bar.left + tile.bar.width - LINE_WIDTH)
  const rect = { left: clamped - LINE_WIDTH / 2, top: tile.bar.top + 6, width: LINE_WIDTH, height: tile.bar.height - 12 }
  return { tileId: tile.tileId, ...(before && { before: before.tabId }), mark: { kind: 'line', rect } }
}

/** A tab bar anywhere; the body of an empty tile (spec LAY-43, LAY-44, LAY-49). */
export function dropTarget(tiles: readonly TileBox[], point: Point): DropTarget | undefined {
  const tile = tiles.find(each => contains(each.rect, point))
  if (!tile) return undefined
  if (contains(tile.bar, point)) return barTarget(tile, point)
  return tile.tabs.length === 0 ? { tileId: tile.tileId, mark: { kind: 'body', rect: tile.rect } } : undefined
}

/** True when the drop would leave everything as it is. */
export function isSamePlace(tiles: readonly TileBox[], tabId: string, target: DropTarget): boolean {
  const tabs = tiles.find(tile => tile.tileId === target.tileId)?.tabs ?? []
  const from = tabs.findIndex(tab => tab.tabId === tabId)
  if (from < 0) return false
  const to = target.before === undefined ? tabs.length : tabs.findIndex(tab => tab.tabId === target.before)
  return to === from || to === from + 1
}

/** How far to scroll a tab strip per frame while the pointer waits near one of its ends; px, negative to the start. */
export function autoScroll(bar: PixelRect, point: Point, zone = 28, speed = 9): number {
  if (!contains(bar, point)) return 0
  if (point.x < bar.left + zone) return -speed
  return point.x > bar.left + bar.width - zone ? speed : 0
}
