// An attached file by name and size.
import type { Attachment } from '../../../gen/leapmux/worker/v1/agent_pb'
import { FileTextIcon, ImageIcon } from '../../../ui/icons'
import { formatBytes } from '../format'
import styles from './UserRow.module.css'

export function AttachmentChip(props: { readonly file: Pick<Attachment, 'name' | 'mediaType' | 'size'> }) {
  return (
    <span class={styles.chip}>
      {props.file.mediaType.startsWith('image/') ? <ImageIcon size={13} /> : <FileTextIcon size={13} />}
      <span class={styles.chipName}>{props.file.name}</span>
      <span class={styles.chipSize}>{formatBytes(Number(props.file.size))}</span>
    </span>
  )
}
