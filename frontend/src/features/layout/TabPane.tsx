// The content of one tab, absolutely placed over its tile. It is mounted once and never moves in the document.
import { createEffect, createMemo, ErrorBoundary, Show, Suspense } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useServices } from '../../app/services'
import type { TabView } from '../../core/ports'
import { EmptyState, ErrorPanel, Skeleton } from '../../ui'
import { tabTitle } from '../tab'
import { type Rect, tileStyle } from './place'
import styles from './TabPane.module.css'

export interface TabPaneFrameProps {
  readonly tab: TabView
  readonly workspaceId: string
  /** Where it is, or where it was last: a hidden pane keeps its size. */
  readonly rect: Rect
  readonly gap: string
  readonly visible: boolean
  readonly focused: boolean
  readonly editable: boolean
  /** The tile shows no tab bar. */
  readonly bare: boolean
  /** A tab is being dragged or a divider moved: the content must not take the pointer. */
  readonly passive: boolean
  readonly windowVisible: boolean
}

export function TabPane(props: TabPaneFrameProps) {
  const { tabKinds, tabs, view } = useServices()
  const kind = () => tabKinds.get(props.tab.kind)
  const style = createMemo(() => {
    const { left, top, width, height } = tileStyle(props.rect, props.gap)
    return { '--pane-left': left, '--pane-top': top, '--pane-width': width, '--pane-height': height }
  })
  const focus = (): void => {
    view.setBrowsing(false)
    view.focusTile(props.workspaceId, props.tab.tileId)
  }

  // What is looked at has nothing unseen.
  createEffect(() => {
    if (props.visible && props.windowVisible && tabs.hasUnseen(props.tab.id)) tabs.markSeen(props.tab.id)
  })

  return (
    <div
      class={styles.pane}
      style={style()}
      id={`panel-${props.tab.id}`}
      role="tabpanel"
      aria-label={tabTitle(tabs.get(props.tab.id), kind()?.label ?? 'Tab')}
      data-pane={props.tab.id}
      data-hidden={props.visible ? undefined : ''}
      data-bare={props.bare ? '' : undefined}
      data-passive={props.passive ? '' : undefined}
      inert={!props.visible}
      onPointerDown={focus}
      onFocusIn={focus}
    >
      <ErrorBoundary
        fallback={(error: unknown, reset) => (
          <ErrorPanel
            title="This tab failed to draw"
            text={error instanceof Error ? error.message : String(error)}
            details={error instanceof Error ? error.stack : undefined}
            action={{ label: 'Retry', run: reset }}
          />
        )}
      >
        <Suspense
          fallback={
            <div class={styles.loading}>
              <Skeleton widths={['40%', '75%', '60%']} />
            </div>
          }
        >
          <Show when={kind()} fallback={<EmptyState text="This kind of tab cannot be shown by this version of LeapMux." />}>
            {known => (
              <Dynamic
                component={known().Pane}
                tabId={props.tab.id}
                workerId={props.tab.workerId}
                workspaceId={props.workspaceId}
                visible={props.visible}
                focused={props.focused}
                editable={props.editable}
              />
            )}
          </Show>
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}
