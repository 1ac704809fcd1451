import { describe, expect, it } from 'vitest'
import { createMemoryStorage, createStorage } from '../../lib/storage'
import { admit, attachmentKind, MAX_TOTAL_BYTES, mediaTypeOf, type PendingAttachment } from './attachments'
import { createDraftStore } from './draft-store'

const bytes = (text: string) => new TextEncoder().encode(text)
const file = (kind: PendingAttachment['kind'], size: number): PendingAttachment => ({
  id: kind,
  name: kind,
  mediaType: '',
  kind,
  data: new Uint8Array(size),
})
const ALL = { images: true, pdf: true, other: true }

describe('attachmentKind', () => {
  it('goes by type, then by name, then by content', () => {
    expect(attachmentKind('a', 'image/png', bytes(''))).toBe('image')
    expect(attachmentKind('a.JPG', '', bytes(''))).toBe('image')
    expect(attachmentKind('a.pdf', '', bytes('%PDF'))).toBe('pdf')
    expect(attachmentKind('Makefile', '', bytes('all:\n\tmake'))).toBe('text')
    expect(attachmentKind('a.svg', 'image/svg+xml', bytes('<svg/>'))).toBe('text')
    expect(attachmentKind('a.bin', '', new Uint8Array([1, 0, 2]))).toBe('other')
    expect(attachmentKind('latin.txt', '', new Uint8Array([0xe9, 0x20]))).toBe('other')
    expect(mediaTypeOf('a.webp', '', 'image')).toBe('image/webp')
  })
})

describe('admit', () => {
  it('refuses kinds the provider does not take, with their number', () => {
    const { accepted, refused } = admit([], [file('pdf', 1), file('pdf', 1), file('text', 1)], { ...ALL, pdf: false })
    expect(accepted.map(each => each.kind)).toEqual(['text'])
    expect(refused).toEqual([{ kind: 'pdf', count: 2 }])
  })

  it('keeps the total under the limit', () => {
    const current = [file('text', MAX_TOTAL_BYTES - 10)]
    expect(admit(current, [file('image', 10)], ALL).accepted).toHaveLength(1)
    expect(admit(current, [file('image', 11)], ALL)).toMatchObject({ accepted: [], isTooLarge: true })
  })
})

describe('drafts', () => {
  it('are kept apart, survive a reload and are gone once sent', () => {
    const storage = createStorage(createMemoryStorage())
    const drafts = createDraftStore(storage)
    drafts.edit('ada', 'half a thought')
    drafts.edit('lin', 'other')
    const reloaded = createDraftStore(storage)
    expect(reloaded.draft('ada').text()).toBe('half a thought')
    expect(reloaded.take('ada')).toBe('half a thought')
    expect(createDraftStore(storage).draft('ada').text()).toBe('')
    expect(reloaded.draft('lin').text()).toBe('other')
  })

  it('collect what others insert until the composer takes it', () => {
    const drafts = createDraftStore(createStorage(createMemoryStorage()))
    drafts.insert('ada', { text: 'a', mode: 'block' })
    drafts.insert('ada', { text: 'b', mode: 'block' })
    expect(drafts.draft('ada').insertion()).toEqual({ text: 'ab', mode: 'block' })
    drafts.taken('ada')
    expect(drafts.draft('ada').insertion()).toBeUndefined()
  })
})
