// What fits into a tile of a given size in pixels (spec LAY-33, LAY-34).

export type WidthClass = 'full' | 'narrow' | 'compact' | 'minimal' | 'micro'
export type HeightClass = 'tall' | 'short' | 'tiny'

export function widthClass(px: number): WidthClass {
  if (px >= 480) return 'full'
  if (px >= 360) return 'narrow'
  if (px >= 240) return 'compact'
  return px >= 172 ? 'minimal' : 'micro'
}

export function heightClass(px: number): HeightClass {
  if (px >= 120) return 'tall'
  return px >= 72 ? 'short' : 'tiny'
}
