// What happened beside the conversation: settings, retries, compaction. Repeats are merged.
import { createMemo, For } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { CircleAlertIcon, InfoIcon, TriangleAlertIcon } from '../../../ui/icons'
import { useAgent } from '../agent-context'
import { mergeNotices } from '../notices'
import styles from './Notice.module.css'

const ICONS = { info: InfoIcon, warning: TriangleAlertIcon, error: CircleAlertIcon } as const

export function NoticesRow(props: { readonly ids: readonly string[] }) {
  const { store } = useAgent()
  const notices = createMemo(() =>
    mergeNotices(
      props.ids.flatMap(id => {
        const body = store.item(id)?.body
        return body?.case === 'notice' ? [body.value] : []
      }),
    ),
  )
  return (
    <div class={styles.notices}>
      <For each={notices()}>
        {notice => (
          <p class={styles.notice} data-level={notice.level}>
            <Dynamic component={ICONS[notice.level]} size={13} />
            <span class={styles.text}>
              {notice.text}
              {notice.count > 1 ? ` (×${notice.count})` : ''}
            </span>
          </p>
        )}
      </For>
    </div>
  )
}
