import { describe, expect, it } from 'vitest'
import { createAttachmentStore, type FileLike } from './attachment-store'
import { planGroup, planToggle } from './plan-toggle'
import { settingsDetails, settingsSummary } from './settings-summary'
import { commandCompletions } from './slash-commands'

describe('planToggle', () => {
  const modes = ['default', 'plan', 'acceptEdits']

  it('goes into plan mode and back to where it came from', () => {
    const into = planToggle('acceptEdits', undefined, modes)
    expect(into).toEqual({ next: 'plan', previous: 'acceptEdits' })
    expect(planToggle('plan', into?.previous, modes)?.next).toBe('acceptEdits')
    expect(planToggle('plan', undefined, modes)?.next).toBe('default')
  })

  it('does nothing without a plan mode', () => {
    expect(planToggle('default', undefined, ['default'])).toBeUndefined()
    expect(planToggle(undefined, undefined, modes)).toBeUndefined()
  })
})

it('finds the group of plan mode by name or because it is the only one', () => {
  const group = (id: string, values: string[], mutable = true) =>
    ({ id, mutable, values: values.map(value => ({ value })) }) as never
  const mode = group('mode', ['agent', 'plan'])
  const other = group('primaryAgent', ['build', 'plan'])
  expect(planGroup([group('model', ['opus']), mode], '')).toBe(mode)
  expect(planGroup([mode, other], 'primaryAgent')).toBe(other)
  expect(planGroup([mode, other], '')).toBeUndefined()
  expect(planGroup([group('mode', ['plan'], false)], 'mode')).toBeUndefined()
})

describe('settingsSummary', () => {
  const group = (id: string, values: [string, string][]) =>
    ({ id, label: id, values: values.map(([value, label]) => ({ value, label })) }) as never

  it('names model and mode, and waits for an unknown model', () => {
    const groups = [
      group('effort', [['high', 'High']]),
      group('model', [['opus', 'Opus']]),
      group('permissionMode', [['default', 'Default']]),
    ]
    const values: Record<string, string> = { model: 'opus', permissionMode: 'default' }
    expect(settingsSummary(groups, id => values[id])).toBe('Opus · Default')
    expect(settingsSummary(groups, () => undefined)).toBe('…')
    expect(settingsSummary([], () => undefined)).toBe('…')
    expect(settingsDetails(groups, id => values[id])).toBe('effort: …, model: Opus, permissionMode: Default')
  })
})

it('writes every command with one slash', () => {
  const commands = [
    { name: 'compact', description: 'Compact\nmore' },
    { name: '/help', description: '' },
  ]
  expect(commandCompletions(commands).map(({ label, detail }) => [label, detail])).toEqual([
    ['/compact', 'Compact'],
    ['/help', ''],
  ])
})

describe('attachment store', () => {
  const file = (name: string, type: string, bytes: number[]): FileLike => ({
    name,
    type,
    arrayBuffer: async () => new Uint8Array(bytes).buffer,
  })
  const setUp = () => {
    const failures: string[] = []
    const store = createAttachmentStore({
      accepts: () => ({ images: true, pdf: false, other: false }),
      providerLabel: () => 'Codex',
      fail: sentence => void failures.push(sentence),
    })
    return { store, failures }
  }

  it('numbers pasted images and says what it refuses', async () => {
    const { store, failures } = setUp()
    await store.add([file('image.png', 'image/png', [1])], true)
    await store.add([file('image.png', 'image/png', [1]), file('a.pdf', 'application/pdf', [1]), file('b.pdf', '', [1])], true)
    expect(store.files().map(each => each.name)).toEqual(['Pasted image 1', 'Pasted image 2'])
    expect(failures).toEqual(['Codex cannot take PDF attachments (2 files)'])
  })

  it('names a file it cannot read and keeps the others', async () => {
    const { store, failures } = setUp()
    const broken: FileLike = { name: 'gone.txt', type: 'text/plain', arrayBuffer: () => Promise.reject(new Error('gone')) }
    await store.add([broken, file('n.txt', 'text/plain', [104])])
    expect(store.files()).toHaveLength(1)
    expect(failures).toEqual(['gone.txt could not be read'])
    expect(store.take()).toHaveLength(1)
    expect(store.files()).toEqual([])
  })
})
