// Which files may go along with a message. Pure.

export type AttachmentKind = 'text' | 'image' | 'pdf' | 'other'

export interface PendingAttachment {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly kind: AttachmentKind
  readonly data: Uint8Array
}

/** What a provider takes; text always. */
export interface Accepts {
  readonly images: boolean
  readonly pdf: boolean
  readonly other: boolean
}

/** AGT-126. */
export const MAX_TOTAL_BYTES = 10 * 1024 * 1024

const IMAGES: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
}
const IMAGE_EXTENSIONS: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
}
const TEXT_TYPES =
  /^(?:text\/|application\/(?:json|xml|javascript|x-sh|toml|yaml|x-yaml|sql|x-ndjson|graphql)\b|.*\+(?:json|xml)$)/
/** Bytes looked at to tell text from the rest. */
const PROBE = 8192

export function attachmentKind(name: string, mediaType: string, data: Uint8Array): AttachmentKind {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  if (Object.hasOwn(IMAGES, mediaType) || (mediaType === '' && Object.hasOwn(IMAGE_EXTENSIONS, extension))) return 'image'
  if (mediaType === 'application/pdf' || extension === 'pdf') return 'pdf'
  return (TEXT_TYPES.test(mediaType) && mediaType !== 'image/svg+xml') || isText(data) ? 'text' : 'other'
}

/** The type that is sent: browsers leave it empty for what they do not know. */
export function mediaTypeOf(name: string, mediaType: string, kind: AttachmentKind): string {
  if (mediaType !== '') return mediaType
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  if (kind === 'image') return IMAGE_EXTENSIONS[extension] ?? 'image/png'
  return kind === 'text' ? 'text/plain' : kind === 'pdf' ? 'application/pdf' : 'application/octet-stream'
}

function isText(data: Uint8Array): boolean {
  const probe = data.subarray(0, PROBE)
  if (probe.includes(0)) return false
  try {
    // A character cut in two at the end of the probe is no error.
    new TextDecoder('utf-8', { fatal: true }).decode(probe, { stream: true })
    return true
  } catch {
    return false
  }
}

export interface Admission {
  readonly accepted: readonly PendingAttachment[]
  /** Refused kinds with their counts. */
  readonly refused: readonly { readonly kind: AttachmentKind; readonly count: number }[]
  readonly isTooLarge: boolean
}

/** AGT-127: everything over the size limit or of a kind the provider does not take stays out. */
export function admit(current: readonly PendingAttachment[], added: readonly PendingAttachment[], accepts: Accepts): Admission {
  const takes: Record<AttachmentKind, boolean> = { text: true, image: accepts.images, pdf: accepts.pdf, other: accepts.other }
  const refused = new Map<AttachmentKind, number>()
  const accepted: PendingAttachment[] = []
  let total = current.reduce((sum, file) => sum + file.data.length, 0)
  let isTooLarge = false
  for (const file of added) {
    if (!takes[file.kind]) refused.set(file.kind, (refused.get(file.kind) ?? 0) + 1)
    else if (total + file.data.length > MAX_TOTAL_BYTES) isTooLarge = true
    else {
      total += file.data.length
      accepted.push(file)
    }
  }
  return { accepted, refused: [...refused].map(([kind, count]) => ({ kind, count })), isTooLarge }
}

/** `accept` of the file picker; undefined: everything. */
export function pickerFilter(accepts: Accepts): string | undefined {
  if (accepts.other) return undefined
  const text = [
    'text/*',
    '.json',
    '.toml',
    '.yaml',
    '.yml',
    '.md',
    '.rs',
    '.ts',
    '.tsx',
    '.js',
    '.py',
    '.go',
    '.sh',
    '.sql',
    '.log',
  ]
  return [...text, ...(accepts.images ? Object.keys(IMAGES) : []), ...(accepts.pdf ? ['application/pdf'] : [])].join(',')
}
