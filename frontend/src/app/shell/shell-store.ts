// Sidebars and drawers of this window: open or collapsed, how wide, and what a change of the window's width does to them.
import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js'
import { createStore } from 'solid-js/store'
import * as v from 'valibot'
import { type AppStorage, DAY_MS } from '../../lib/storage'
import { autoCollapse, clampWidth, DEFAULT_WIDTH, type Side, type SidebarState } from './sidebar-model'

/** Below this width the page is a phone: one tile, drawers (spec LAY-94). */
export const MOBILE_BELOW_PX = 768

export interface ShellStore {
  readonly isMobile: Accessor<boolean>
  isCollapsed(side: Side): boolean
  width(side: Side): number
  setWidth(side: Side, px: number): void
  /** Desktop: collapses or expands. Phone: opens or closes the drawer. */
  toggle(side: Side): void
  /** Expands the sidebar with this section open. */
  reveal(side: Side, sectionId: string): void
  isSectionOpen(sectionId: string): boolean
  toggleSection(sectionId: string): void
  /** The drawer that lies over the content on a phone. */
  readonly drawer: Accessor<Side | undefined>
  closeDrawer(): void
  /** A side without panels is not there at all. */
  setHasPanels(side: Side, has: boolean): void
  hasPanels(side: Side): boolean
}

const KEY = 'shell'
const side = v.object({
  width: v.fallback(v.number(), DEFAULT_WIDTH.left),
  collapsed: v.fallback(v.picklist(['no', 'user', 'auto']), 'no'),
})
const schema = v.object({ left: side, right: side, closedSections: v.fallback(v.array(v.string()), []) })
type Stored = v.InferOutput<typeof schema>

function read(storage: AppStorage): Stored {
  const parsed = v.safeParse(schema, storage.get(KEY))
  if (parsed.success) return parsed.output
  return {
    left: { width: DEFAULT_WIDTH.left, collapsed: 'no' },
    // Its rail says enough until somebody wants more.
    right: { width: DEFAULT_WIDTH.right, collapsed: 'user' },
    closedSections: [],
  }
}

export function createShellStore(storage: AppStorage, viewportWidth: Accessor<number>): ShellStore {
  const [state, setState] = createStore<Stored>(read(storage))
  const [drawer, setDrawer] = createSignal<Side>()
  const [panels, setPanels] = createStore<Record<Side, boolean>>({ left: true, right: false })
  const isMobile = createMemo(() => viewportWidth() < MOBILE_BELOW_PX)
  const save = (): void => storage.set(KEY, { ...state }, 30 * DAY_MS)

  const sidebar = (which: Side): SidebarState => ({ ...state[which], present: panels[which] })
  createEffect(
    on(viewportWidth, width => {
      if (width < MOBILE_BELOW_PX) return
      const next = autoCollapse({ left: sidebar('left'), right: sidebar('right') }, width)
      setState('left', 'collapsed', next.left)
      setState('right', 'collapsed', next.right)
    }),
  )
  createEffect(() => {
    if (!isMobile()) setDrawer(undefined)
  })

  function setCollapsed(which: Side, collapsed: SidebarState['collapsed']): void {
    setState(which, 'collapsed', collapsed)
    save()
  }

  return {
    isMobile,
    isCollapsed: which => state[which].collapsed !== 'no',
    width: which => state[which].width,
    setWidth(which, px) {
      setState(which, 'width', clampWidth(px))
      save()
    },
    toggle(which) {
      if (isMobile()) setDrawer(current => (current === which ? undefined : which))
      else setCollapsed(which, state[which].collapsed === 'no' ? 'user' : 'no')
    },
    reveal(which, sectionId) {
      setState('closedSections', closed => closed.filter(id => id !== sectionId))
      if (isMobile()) setDrawer(which)
      else setCollapsed(which, 'no')
    },
    isSectionOpen: sectionId => !state.closedSections.includes(sectionId),
    toggleSection(sectionId) {
      setState('closedSections', closed =>
        closed.includes(sectionId) ? closed.filter(id => id !== sectionId) : [...closed, sectionId],
      )
      save()
    },
    drawer,
    closeDrawer: () => void setDrawer(undefined),
    setHasPanels: (which, has) => setPanels(which, has),
    hasPanels: which => panels[which],
  }
}
