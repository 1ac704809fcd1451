// Files dropped anywhere on the agent's pane are attached.
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import styles from './Composer.module.css'
import { strings } from './strings'

export function DropOverlay() {
  return (
    <div class={styles.drop} aria-hidden="true">
      <span class={styles.dropTitle}>{strings.dropTitle}</span>
      <span class={styles.dropHint}>{strings.dropHint}</span>
    </div>
  )
}

/** True while files are held over the element. Folders are given as the files in them. */
export function createFileDrop(
  target: Accessor<HTMLElement | undefined>,
  onDrop: (files: readonly File[], isShift: boolean) => void,
): Accessor<boolean> {
  const [isOver, setOver] = createSignal(false)
  createEffect(() => {
    const element = target()
    if (element === undefined) return
    let depth = 0
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const onEnter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth += 1
      setOver(true)
    }
    const onLeave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const onOver = (event: DragEvent) => hasFiles(event) && event.preventDefault()
    const onDropped = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      const { shiftKey } = event
      void droppedFiles(event.dataTransfer).then(files => onDrop(files, shiftKey))
    }
    element.addEventListener('dragenter', onEnter)
    element.addEventListener('dragleave', onLeave)
    element.addEventListener('dragover', onOver)
    element.addEventListener('drop', onDropped)
    onCleanup(() => {
      element.removeEventListener('dragenter', onEnter)
      element.removeEventListener('dragleave', onLeave)
      element.removeEventListener('dragover', onOver)
      element.removeEventListener('drop', onDropped)
    })
  })
  return isOver
}

/** Files taken from one dropped folder at most. */
const MAX_FOLDER_FILES = 200

async function droppedFiles(transfer: DataTransfer | null): Promise<readonly File[]> {
  const entries = [...(transfer?.items ?? [])].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null)
  if (entries.length === 0) return [...(transfer?.files ?? [])]
  const files: File[] = []
  for (const entry of entries) await collect(entry, files)
  return files
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length >= MAX_FOLDER_FILES) return
  if (entry.isFile) {
    files.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)))
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const children = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (children.length === 0) return
    for (const child of children) await collect(child, files)
  }
}
