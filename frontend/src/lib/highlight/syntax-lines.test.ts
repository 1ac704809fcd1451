import { createRoot, createSignal } from 'solid-js'
import { expect, it } from 'vitest'
import { loadParser } from './languages'
import { createSyntaxLines, lineText } from './syntax-lines'

const settled = () => new Promise<void>(resolve => setImmediate(resolve))

it('colours a growing text once the grammar is there and keeps unchanged lines the same objects', async () => {
  await loadParser('rust')
  const [text, setText] = createSignal('let a = 1;\nlet b')
  const lines = createRoot(() => createSyntaxLines({ text, language: () => 'rust', isOpen: () => true }))
  await settled()
  const before = lines()
  expect(before[0]?.[0]).toEqual({ text: 'let', kind: 'keyword' })
  setText('let a = 1;\nlet b = 2;')
  expect(lines()[0]).toBe(before[0])
  expect(lineText(lines()[1] ?? [])).toBe('let b = 2;')
})

it('leaves the tail of a long open text plain until it is complete', async () => {
  await loadParser('rust')
  const start = 'let a = 1;\n'.repeat(300)
  const [text, setText] = createSignal(start)
  const [isOpen, setOpen] = createSignal(true)
  const lines = createRoot(() => createSyntaxLines({ text, language: () => 'rust', isOpen }))
  await settled()
  const coloured = lines()[0]
  setText(`${start}${'let b = 2;\n'.repeat(120)}`)
  expect(lines()[0]).toBe(coloured)
  expect(lines().at(-2)).toEqual([{ text: 'let b = 2;', kind: undefined }])
  setOpen(false)
  expect(lines().at(-2)?.[0]?.kind).toBe('keyword')
})
