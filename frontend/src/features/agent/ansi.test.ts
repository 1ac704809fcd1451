import { expect, it } from 'vitest'
import { ansiLines, stripAnsi } from './ansi'

const brief = (text: string) => ansiLines(text).map(line => line.map(span => [span.text, span.foreground, span.isBold]))

it('carries colours over lines until they are reset', () => {
  expect(brief('\u001b[1;31mred\nstill\u001b[0m plain')).toEqual([
    [['red', 1, true]],
    [
      ['still', 1, true],
      [' plain', undefined, false],
    ],
  ])
})

it('reads 256 and 24-bit colours', () => {
  expect(brief('\u001b[38;5;9ma\u001b[38;5;196mb\u001b[38;2;1;2;3mc\u001b[39md')).toEqual([
    [
      ['a', 9, false],
      ['b', '#ff0000', false],
      ['c', '#010203', false],
      ['d', undefined, false],
    ],
  ])
})

it('collapses carriage-return progress and keeps Windows line ends', () => {
  expect(stripAnsi('10%\r50%\r100%\r\ndone\r\n')).toBe('100%\ndone\n')
})

it('drops titles, cursor moves and stray controls', () => {
  expect(stripAnsi('\u001b]0;title\u0007a\u001b[2Kb\u001b(Bc\u0008\u001b[?25l\td')).toBe('abc\td')
})

it('survives unfinished sequences', () => {
  expect(stripAnsi('a\u001b[31')).toBe('a31'.replace('31', '') + '31')
})
