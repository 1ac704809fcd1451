// The ghost that follows the pointer and the mark of where the tab would land.
import { Show } from 'solid-js'
import { Portal } from 'solid-js/web'
import { useServices } from '../../app/services'
import styles from './DragOverlay.module.css'

export function DragOverlay() {
  const { drag } = useServices()
  return (
    <Show when={drag.dragging()}>
      {dragged => (
        <Portal>
          <Show when={dragged().target}>
            {target => (
              <div
                class={styles.mark}
                data-kind={target().mark.kind}
                style={{
                  left: `${target().mark.rect.left}px`,
                  top: `${target().mark.rect.top}px`,
                  width: `${target().mark.rect.width}px`,
                  height: `${target().mark.rect.height}px`,
                }}
              />
            )}
          </Show>
          <div class={styles.ghost} style={{ translate: `${dragged().point.x + 12}px ${dragged().point.y + 10}px` }}>
            {dragged().title}
          </div>
          <div class="visually-hidden" aria-live="polite">
            Moving {dragged().title}. Escape cancels.
          </div>
        </Portal>
      )}
    </Show>
  )
}
