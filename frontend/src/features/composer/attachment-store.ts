// The files waiting to be sent with the next message of one agent.
import { type Accessor, createSignal } from 'solid-js'
import { type Accepts, admit, attachmentKind, mediaTypeOf, type PendingAttachment } from './attachments'
import { strings } from './strings'

export interface AttachmentPorts {
  readonly accepts: Accessor<Accepts>
  readonly providerLabel: Accessor<string>
  /** Tells the user in one sentence. */
  fail(sentence: string): void
}

/** What is needed of a `File`. */
export interface FileLike {
  readonly name: string
  readonly type: string
  arrayBuffer(): Promise<ArrayBuffer>
}

export function createAttachmentStore(ports: AttachmentPorts) {
  const [files, setFiles] = createSignal<readonly PendingAttachment[]>([])
  let nextId = 1
  let pastedImages = 0

  async function read(file: FileLike, isPaste: boolean): Promise<PendingAttachment | undefined> {
    try {
      const data = new Uint8Array(await file.arrayBuffer())
      const kind = attachmentKind(file.name, file.type, data)
      // Browsers call every pasted picture image.png.
      const name = isPaste && kind === 'image' ? strings.pastedImage(++pastedImages) : file.name
      return { id: `file-${nextId++}`, name, mediaType: mediaTypeOf(file.name, file.type, kind), kind, data }
    } catch {
      ports.fail(strings.unreadable(file.name))
      return undefined
    }
  }

  return {
    files,
    async add(added: readonly FileLike[], isPaste = false): Promise<void> {
      const candidates = (await Promise.all(added.map(file => read(file, isPaste)))).filter(file => file !== undefined)
      const { accepted, refused, isTooLarge } = admit(files(), candidates, ports.accepts())
      if (accepted.length > 0) setFiles(list => [...list, ...accepted])
      for (const { kind, count } of refused) ports.fail(strings.refused(ports.providerLabel(), strings.kind[kind], count))
      if (isTooLarge) ports.fail(strings.tooLarge)
    },
    remove: (id: string) => void setFiles(list => list.filter(file => file.id !== id)),
    /** Empties the strip and returns what was in it. */
    take(): readonly PendingAttachment[] {
      const taken = files()
      setFiles([])
      return taken
    },
  }
}
