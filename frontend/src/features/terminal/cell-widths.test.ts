import { expect, it } from 'vitest'
import { loadTestCore } from '../../core/testing'
import { createWidthProvider } from './cell-widths'

const provider = createWidthProvider((await loadTestCore()).cellWidths())

it.each([
  ['a', 1],
  ['é', 1],
  ['\u0301', 0],
  ['中', 2],
  ['😀', 2],
  ['🫠', 2],
  ['❤', 1],
  ['\u200d', 0],
  ['𠀀', 2],
  ['\u{e0100}', 0],
] as const)('%s takes %d cells', (character, width) => {
  expect(provider.wcwidth(character.codePointAt(0) ?? 0)).toBe(width)
})

it('counts every character of a text for itself, and marks not at all', () => {
  const cells = (text: string): number => {
    let preceding = 0
    let count = 0
    for (const character of text) {
      const value = provider.charProperties(character.codePointAt(0) ?? 0, preceding)
      const joins = (value & 1) === 1
      count += ((value >> 1) & 3) - (joins ? (preceding >> 1) & 3 : 0)
      preceding = value
    }
    return count
  }
  expect(cells('e\u0301tude')).toBe(5)
  expect(cells('中\u0301x')).toBe(3)
  expect(cells('👩\u200d💻!')).toBe(5)
  expect(cells('❤\ufe0f!')).toBe(2)
})
