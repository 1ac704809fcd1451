import { describe, expect, it } from 'vitest'
import { expandFold, foldDiff, splitRows } from './folds'
import { buildDiff, type DiffSource, MAX_LINES, wordMarks } from './model'
import { markSpans } from './spans'

const texts = (oldText: string | undefined, newText: string | undefined): DiffSource => ({
  path: 'a.ts',
  oldText,
  newText,
  unified: '',
})
const draw = (source: DiffSource) =>
  buildDiff(source).lines.map(
    line => `${{ add: '+', del: '-', context: ' ' }[line.kind]}${line.oldNumber ?? ''}:${line.newNumber ?? ''} ${line.text}`,
  )

describe('buildDiff', () => {
  it('numbers both sides', () => {
    expect(draw(texts('a\nb\nc\n', 'a\nB\nc\nd\n'))).toEqual([' 1:1 a', '-2: b', '+:2 B', ' 3:3 c', '+:4 d'])
  })

  it('starts at the given line', () => {
    expect(draw({ ...texts('a', 'b'), firstLine: 40 })).toEqual(['-40: a', '+:40 b'])
  })

  it('shows a new and a deleted file', () => {
    expect(buildDiff(texts(undefined, 'x\ny'))).toMatchObject({ change: 'added', added: 2, removed: 0 })
    expect(buildDiff(texts('x\ny', undefined))).toMatchObject({ change: 'deleted', added: 0, removed: 2 })
  })

  it('reads a unified patch and knows what it leaves out', () => {
    const diff = buildDiff({
      path: 'a',
      oldText: undefined,
      newText: undefined,
      unified: '--- a\n+++ b\n@@ -10,2 +10,2 @@ fn main\n-x\n+y\n z\n\\ No newline at end of file\n@@ -40 +40 @@\n-p\n+q\n',
    })
    expect(diff.lines.map(line => [line.kind, line.oldNumber, line.newNumber])).toEqual([
      ['del', 10, undefined],
      ['add', undefined, 10],
      ['context', 11, 11],
      ['del', 40, undefined],
      ['add', undefined, 40],
    ])
    expect([...diff.gaps]).toEqual([
      [0, 9],
      [3, 28],
    ])
    expect(foldDiff(diff, new Map()).filter(entry => entry.type === 'fold')).toMatchObject([
      { hidden: 9, canExpand: false },
      { hidden: 28, canExpand: false },
    ])
  })

  it('cuts very long diffs and says so', () => {
    const diff = buildDiff(texts(undefined, 'x\n'.repeat(MAX_LINES + 1)))
    expect(diff).toMatchObject({ isTruncated: true, added: MAX_LINES + 1 })
    expect(diff.lines).toHaveLength(MAX_LINES)
  })
})

describe('wordMarks', () => {
  it('marks what changed in similar lines', () => {
    const marks = wordMarks('const total = price', 'const total = price + tax')
    expect(marks?.del).toEqual([])
    expect(marks?.add.map(([from, to]) => 'const total = price + tax'.slice(from, to)).join('')).toBe(' + tax')
  })

  it('stays silent for lines with little in common', () => {
    expect(wordMarks('import a from "b"', 'return 42')).toBeUndefined()
  })
})

describe('foldDiff', () => {
  const numbered = Array.from({ length: 40 }, (_, index) => `line ${index}`)
  const changed = numbered.map((line, index) => (index === 20 ? 'changed' : line))
  const diff = buildDiff(texts(numbered.join('\n'), changed.join('\n')))

  it('keeps three lines around a change and hides the rest', () => {
    const entries = foldDiff(diff, new Map())
    expect(entries.map(entry => (entry.type === 'fold' ? `fold ${entry.hidden}` : 'line'))).toEqual([
      'fold 17',
      ...Array(8).fill('line'),
      'fold 16',
    ])
  })

  it('opens ten lines per click until nothing is hidden', () => {
    let opened = expandFold(new Map(), 0, 'up')
    expect(foldDiff(diff, opened)[0]).toMatchObject({ type: 'fold', hidden: 7 })
    opened = expandFold(opened, 0, 'up')
    expect(foldDiff(diff, opened)[0]).toMatchObject({ type: 'line', index: 0 })
    expect(foldDiff(diff, opened).filter(entry => entry.type === 'line')).toHaveLength(41 - 16)
  })

  it('puts a removed line beside its replacement', () => {
    const rows = splitRows(diff.lines, foldDiff(diff, new Map()))
    expect(rows.filter(row => row.type === 'row' && row.left !== row.right)).toEqual([{ type: 'row', left: 20, right: 21 }])
  })
})

it('cuts coloured spans at marks', () => {
  const line = [
    { text: 'const ', kind: 'keyword' as const },
    { text: 'abc', kind: undefined },
  ]
  expect(markSpans(line, [[4, 7]])).toEqual([
    { text: 'cons', kind: 'keyword', isMarked: false },
    { text: 't ', kind: 'keyword', isMarked: true },
    { text: 'a', kind: undefined, isMarked: true },
    { text: 'bc', kind: undefined, isMarked: false },
  ])
})
