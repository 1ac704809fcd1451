import { describe, expect, it } from 'vitest'
import { highlightLines, isHighlightable, plainLines } from './highlight'
import { languageOfFence, languageOfPath, loadParser } from './languages'

const join = (lines: readonly (readonly { text: string }[])[]) =>
  lines.map(line => line.map(span => span.text).join('')).join('\n')

describe('highlightLines', () => {
  it('colours by grammar and loses no character', async () => {
    const code = '// hi\nconst a: number = f("x", 1)\n\nreturn true'
    const parser = await loadParser('typescript')
    if (parser === undefined) throw new Error('no grammar')
    const lines = highlightLines(code, parser)
    expect(join(lines)).toBe(code)
    expect(lines[0]).toEqual([{ text: '// hi', kind: 'comment' }])
    expect(lines[1]?.find(span => span.text === 'const')?.kind).toBe('keyword')
    expect(lines[1]?.find(span => span.text === '"x"')?.kind).toBe('string')
    expect(lines[1]?.find(span => span.text === 'f')?.kind).toBe('function')
    expect(lines[2]).toEqual([])
  })

  it('reads languages that only have a stream mode', async () => {
    const parser = await loadParser('shell')
    if (parser === undefined) throw new Error('no grammar')
    const lines = highlightLines('if true; then echo "a"; fi # x', parser)
    expect(lines[0]?.some(span => span.kind === 'keyword')).toBe(true)
    expect(lines[0]?.at(-1)?.kind).toBe('comment')
  })

  it('loses nothing of broken code', async () => {
    const parser = await loadParser('rust')
    if (parser === undefined) throw new Error('no grammar')
    const code = 'fn (((\n"open\n\u0000 }}}\r\n'
    expect(join(highlightLines(code, parser))).toBe(code)
  })
})

describe('languages', () => {
  it('knows fence names, extensions and file names', () => {
    expect(languageOfFence('ts')).toBe('typescript')
    expect(languageOfFence('Rust,ignore')).toBe('rust')
    expect(languageOfFence('constructor')).toBeUndefined()
    expect(languageOfFence('')).toBeUndefined()
    expect(languageOfPath('/a/b/Main.KT')).toBe('kotlin')
    expect(languageOfPath('C:\\x\\Dockerfile')).toBe('dockerfile')
    expect(languageOfPath('README')).toBeUndefined()
  })
})

it('leaves very long texts plain', () => {
  expect(isHighlightable('x\n'.repeat(999))).toBe(true)
  expect(isHighlightable('\n'.repeat(1000))).toBe(false)
  expect(isHighlightable('x'.repeat(20_001))).toBe(false)
  expect(join(plainLines('a\n\nb'))).toBe('a\n\nb')
})
