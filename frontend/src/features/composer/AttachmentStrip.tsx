// Files that go along with the next message.
import { For } from 'solid-js'
import { IconButton } from '../../ui'
import { FileTextIcon, ImageIcon, XIcon } from '../../ui/icons'
import { formatBytes } from '../agent/format'
import type { PendingAttachment } from './attachments'
import styles from './Composer.module.css'
import { strings } from './strings'

export function AttachmentStrip(props: {
  readonly files: readonly PendingAttachment[]
  readonly onRemove: (id: string) => void
}) {
  return (
    <ul class={styles.strip} aria-label={strings.attachments}>
      <For each={props.files}>
        {file => (
          <li class={styles.attachment}>
            {file.kind === 'image' ? <ImageIcon size={13} /> : <FileTextIcon size={13} />}
            <span class={styles.attachmentName}>{file.name}</span>
            <span class={styles.attachmentSize}>{formatBytes(file.data.length)}</span>
            <IconButton
              size="xs"
              iconSize={12}
              icon={XIcon}
              label={strings.removeAttachment}
              onClick={() => props.onRemove(file.id)}
            />
          </li>
        )}
      </For>
    </ul>
  )
}
