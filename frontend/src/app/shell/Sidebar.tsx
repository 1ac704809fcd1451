// A sidebar of the desktop: sections when open, a rail of icons when collapsed, a handle to drag its width.
import { createSignal, For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { PanelContribution } from '../feature'
import { useServices } from '../services'
import styles from './Sidebar.module.css'
import { SidebarSections } from './SidebarSections'
import { clampWidth, DEFAULT_WIDTH, MAX_WIDTH, MIN_WIDTH, RAIL_WIDTH, type Side } from './sidebar-model'

const KEY_STEP_PX = 16

export function Sidebar(props: { readonly side: Side; readonly label: string; readonly panels: readonly PanelContribution[] }) {
  const services = useServices()
  const { shell } = services
  const [preview, setPreview] = createSignal<number>()
  const isCollapsed = (): boolean => shell.isCollapsed(props.side)
  const width = (): number => (isCollapsed() ? RAIL_WIDTH : (preview() ?? shell.width(props.side)))

  function onPointerDown(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
    if (event.button !== 0) return
    event.preventDefault()
    const handle = event.currentTarget
    const start = { x: event.clientX, width: shell.width(props.side) }
    const stop = new AbortController()
    handle.setPointerCapture(event.pointerId)
    const sign = props.side === 'left' ? 1 : -1
    handle.addEventListener(
      'pointermove',
      (each: PointerEvent) => setPreview(clampWidth(start.width + sign * (each.clientX - start.x))),
      { signal: stop.signal },
    )
    for (const type of ['pointerup', 'pointercancel'] as const) {
      handle.addEventListener(
        type,
        () => {
          stop.abort()
          const final = preview()
          if (final !== undefined) shell.setWidth(props.side, final)
          setPreview(undefined)
        },
        { signal: stop.signal },
      )
    }
  }
  function onKeyDown(event: KeyboardEvent): void {
    const grow = props.side === 'left' ? 'ArrowRight' : 'ArrowLeft'
    const shrink = props.side === 'left' ? 'ArrowLeft' : 'ArrowRight'
    if (event.key !== grow && event.key !== shrink) return
    event.preventDefault()
    shell.setWidth(props.side, shell.width(props.side) + (event.key === grow ? KEY_STEP_PX : -KEY_STEP_PX))
  }

  return (
    <aside class={styles.sidebar} aria-label={props.label} data-region={props.side} style={{ width: `${width()}px` }}>
      <Show
        when={!isCollapsed()}
        fallback={
          <nav class={styles.rail} aria-label={`${props.label} sections`}>
            <For each={props.panels}>
              {panel => (
                <button
                  class={styles.railButton}
                  type="button"
                  aria-label={panel.title}
                  data-tooltip={panel.title}
                  onClick={() => shell.reveal(props.side, panel.id)}
                >
                  <Dynamic component={panel.Icon} size={17} />
                  <Show when={panel.badge?.(services)}>{badge => <span class={styles.badge}>{badge()}</span>}</Show>
                </button>
              )}
            </For>
          </nav>
        }
      >
        <SidebarSections panels={props.panels} />
        <div
          class={styles.handle}
          data-side={props.side}
          role="separator"
          tabindex={0}
          aria-orientation="vertical"
          aria-label={`Resize ${props.label.toLowerCase()}`}
          aria-valuenow={width()}
          aria-valuemin={MIN_WIDTH}
          aria-valuemax={MAX_WIDTH}
          onPointerDown={onPointerDown}
          onKeyDown={onKeyDown}
          onDblClick={() => shell.setWidth(props.side, DEFAULT_WIDTH[props.side])}
        />
      </Show>
    </aside>
  )
}
