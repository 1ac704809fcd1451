// The tiles of the shown workspace and the contents of every tab that was shown so far: three flat keyed lists.
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { LeafView, TabView, WorkspaceView } from '../../core/ports'
import { Present } from '../../ui'
import { DragOverlay } from './DragOverlay'
import styles from './LayoutCanvas.module.css'
import { type Placed, place, placeSingle, type Rect, WHOLE, withRatios } from './place'
import { heightClass, widthClass } from './size-class'
import { type Mounted, nextMounted, stableOrder } from './stable-list'
import { TabPane } from './TabPane'
import { Tile } from './Tile'
import { TileDivider } from './TileDivider'
import { allTabs } from './tree'

interface PlacedTab {
  readonly tab: TabView
  readonly workspaceId: string
  readonly editable: boolean
}

const GAP = 'var(--tile-gap)'
const NOTHING: Placed = { tiles: [], dividers: [] }

export function LayoutCanvas() {
  const { layout, view, shell, drag } = useServices()
  const [size, setSize] = createSignal({ width: 0, height: 0 })
  const [preview, setPreview] = createSignal<{ nodeId: string; ratios: readonly number[] }>()
  const isWindowVisible = createWindowVisibility()

  const placed = createMemo<Placed>(() => {
    const workspace = view.workspace()
    if (!workspace) return NOTHING
    if (shell.isMobile()) {
      const leaf = view.focusedTile()
      return leaf ? placeSingle(leaf) : NOTHING
    }
    const moved = preview()
    return place(moved ? withRatios(workspace.root, moved.nodeId, moved.ratios) : workspace.root)
  })
  const tiles = createMemo(() => new Map(placed().tiles.map(tile => [tile.leaf.id, tile])))
  const dividers = createMemo(() => new Map(placed().dividers.map(divider => [divider.id, divider])))
  const tileIds = createMemo<readonly string[]>(previous => stableOrder(previous, [...tiles().keys()]), [])
  const dividerIds = createMemo<readonly string[]>(previous => stableOrder(previous, [...dividers().keys()]), [])

  /** Every tab of every workspace this window may show. */
  const tabs = createMemo(() => {
    const workspaces = (layout.workspaces() ?? []).flatMap(({ id }) => layout.workspace(id) ?? [])
    return new Map(workspaces.flatMap(workspace => allTabs(workspace).map(tab => [tab.id, placedTab(workspace, tab)] as const)))
  })
  const visible = createMemo(() => new Set(placed().tiles.flatMap(({ leaf }) => view.activeTabOf(leaf)?.id ?? [])))
  const mounted = createMemo<Mounted>(previous => nextMounted(previous, visible(), new Set(tabs().keys()), performance.now()), [])
  const paneIds = createMemo<readonly string[]>(
    previous =>
      stableOrder(
        previous,
        mounted().map(pane => pane.id),
      ),
    [],
  )
  /** As "Move Tab…" counts them. */
  const tileLabel = (id: string): string => {
    const ids = [...tiles().keys()]
    return ids.length === 1 ? 'Tile' : `Tile ${ids.indexOf(id) + 1} of ${ids.length}`
  }
  const dividerIsMoving = (): boolean => preview() !== undefined

  // A preview whose split is gone (another window closed it) must not outlive it.
  createEffect(
    on(view.workspaceId, () => {
      setPreview(undefined)
    }),
  )

  let canvas!: HTMLDivElement
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height })
    })
    observer.observe(canvas)
    onCleanup(() => observer.disconnect())
  })

  return (
    <div class={styles.canvas} ref={canvas} data-mobile={shell.isMobile() ? '' : undefined}>
      <div class={styles.layer}>
        <For each={tileIds()}>
          {id => (
            <Present value={tiles().get(id)}>
              {tile => (
                <Tile
                  leaf={tile().leaf}
                  label={tileLabel(id)}
                  rect={tile().rect}
                  gap={GAP}
                  width={widthClass(tile().rect.width * size().width)}
                  height={heightClass(tile().rect.height * size().height)}
                  focused={view.focusedTile()?.id === id}
                  only={tileIds().length === 1}
                  editable={view.workspace()?.editable === true}
                />
              )}
            </Present>
          )}
        </For>
        <For each={paneIds()}>{id => <Pane id={id} tab={tabs().get(id)} tiles={tiles()} visible={visible().has(id)} />}</For>
        <Show when={view.workspace()?.editable}>
          <For each={dividerIds()}>
            {id => (
              <Present value={dividers().get(id)}>
                {divider => (
                  <TileDivider
                    divider={divider()}
                    canvas={size()}
                    onPreview={setPreview}
                    onCommit={(nodeId, ratios) => {
                      const workspaceId = view.workspaceId()
                      if (workspaceId !== undefined) layout.commands.setRatios(workspaceId, nodeId, ratios)
                    }}
                  />
                )}
              </Present>
            )}
          </For>
        </Show>
      </div>
      <DragOverlay />
    </div>
  )

  function Pane(props: {
    readonly id: string
    readonly tab: PlacedTab | undefined
    readonly tiles: ReadonlyMap<string, { readonly leaf: LeafView; readonly rect: Rect }>
    readonly visible: boolean
  }) {
    /** A pane without a tile on screen keeps the size it had. */
    const rect = createMemo<Rect>(previous => {
      const tile = props.tab && props.tiles.get(props.tab.tab.tileId)
      return tile?.rect ?? previous
    }, WHOLE)
    /** Content takes the focus when this becomes true, so nothing else may wake it: a layout that changed otherwise must not. */
    const isFocused = createMemo(() => props.visible && !view.isBrowsing() && view.focusedTile()?.id === props.tab?.tab.tileId)
    return (
      <Present value={props.tab}>
        {known => (
          <TabPane
            tab={known().tab}
            workspaceId={known().workspaceId}
            rect={rect()}
            gap={GAP}
            visible={props.visible}
            focused={isFocused()}
            editable={known().editable}
            bare={heightClass(rect().height * size().height) === 'tiny'}
            passive={drag.dragging() !== undefined || dividerIsMoving()}
            windowVisible={isWindowVisible()}
          />
        )}
      </Present>
    )
  }
}

function placedTab(workspace: WorkspaceView, tab: TabView): PlacedTab {
  return { tab, workspaceId: workspace.id, editable: workspace.editable }
}

function createWindowVisibility(): () => boolean {
  const [isVisible, setVisible] = createSignal(document.visibilityState === 'visible')
  const onChange = (): void => void setVisible(document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', onChange)
  onCleanup(() => document.removeEventListener('visibilitychange', onChange))
  return isVisible
}
