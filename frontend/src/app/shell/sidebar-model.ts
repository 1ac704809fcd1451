// Sidebar widths and what a narrower or wider window does to them (spec LAY-91, LAY-93). Pure.

export type Side = 'left' | 'right'

export const DEFAULT_WIDTH: Record<Side, number> = { left: 248, right: 264 }
export const MIN_WIDTH = 200
export const MAX_WIDTH = 480
export const RAIL_WIDTH = 45

/** Who collapsed it: the user's choice is never undone by the window. */
export type Collapsed = 'no' | 'user' | 'auto'

export interface SidebarState {
  readonly width: number
  readonly collapsed: Collapsed
  /** False: the side has nothing to show and takes no room. */
  readonly present: boolean
}

export const clampWidth = (px: number): number => Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, px)))

const room = (sidebar: SidebarState, collapsed: Collapsed): number =>
  sidebar.present ? (collapsed === 'no' ? sidebar.width : RAIL_WIDTH) : 0

/** The right one goes first and comes back last; together they take at most half of the window. */
export function autoCollapse(sidebars: Record<Side, SidebarState>, viewport: number): Record<Side, Collapsed> {
  const fits = (left: Collapsed, right: Collapsed): boolean =>
    room(sidebars.left, left) + room(sidebars.right, right) <= viewport / 2
  const options = (sidebar: SidebarState): Collapsed[] =>
    sidebar.collapsed === 'user' || !sidebar.present ? [sidebar.collapsed] : ['no', 'auto']
  for (const left of options(sidebars.left)) {
    for (const right of options(sidebars.right)) {
      if (fits(left, right)) return { left, right }
    }
  }
  const last = (sidebar: SidebarState): Collapsed => options(sidebar).at(-1) ?? 'auto'
  return { left: last(sidebars.left), right: last(sidebars.right) }
}
