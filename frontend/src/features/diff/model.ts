// What a change looks like, without drawing it: lines with numbers, word marks, folds of unchanged lines, two columns.
import { diffArrays, diffWordsWithSpace } from 'diff'

/** A change as a tool reports it: both texts (a missing one means the file did not or does not exist), or a patch. */
export interface DiffSource {
  readonly path: string
  readonly oldText: string | undefined
  readonly newText: string | undefined
  /** A unified patch, instead of the two texts. */
  readonly unified: string
  /** Line number of the first line, when the texts are a part of the file. */
  readonly firstLine?: number
}

/** Characters [from, to) of a line that the change touched. */
export type Mark = readonly [from: number, to: number]

export interface DiffLine {
  readonly kind: 'context' | 'add' | 'del'
  readonly text: string
  /** As shown; undefined on the side the line is not part of. */
  readonly oldNumber: number | undefined
  readonly newNumber: number | undefined
  /** Index into `oldLines` and `newLines`, for colours. */
  readonly oldIndex: number | undefined
  readonly newIndex: number | undefined
  readonly marks: readonly Mark[]
}

export interface FileDiff {
  readonly path: string
  readonly change: 'added' | 'deleted' | 'modified'
  readonly added: number
  readonly removed: number
  readonly lines: readonly DiffLine[]
  /** Before which lines a patch leaves out an unknown stretch: line index → lines left out. */
  readonly gaps: ReadonlyMap<number, number>
  readonly oldLines: readonly string[]
  readonly newLines: readonly string[]
  /** Lines beyond `MAX_LINES` are not part of it. */
  readonly isTruncated: boolean
}

/** Lines of one diff that are drawn at most. */
export const MAX_LINES = 4000
/** A line pair is compared word by word only up to this length and from this similarity. */
const MAX_MARKED_LENGTH = 1000
const MIN_SIMILARITY = 0.5
/** Edits of one file after which the whole text counts as replaced. */
const MAX_EDITS = 5000

export function buildDiff(source: DiffSource): FileDiff {
  const draft = source.unified === '' ? compareTexts(source) : parsePatch(source.unified)
  const lines = markWords(draft.lines.slice(0, MAX_LINES))
  return {
    path: source.path,
    change: draft.change,
    added: count(draft.lines, 'add'),
    removed: count(draft.lines, 'del'),
    lines,
    gaps: draft.gaps,
    oldLines: draft.oldLines,
    newLines: draft.newLines,
    isTruncated: draft.lines.length > MAX_LINES,
  }
}

interface Draft {
  readonly change: FileDiff['change']
  readonly lines: readonly DiffLine[]
  readonly gaps: ReadonlyMap<number, number>
  readonly oldLines: readonly string[]
  readonly newLines: readonly string[]
}

function count(lines: readonly DiffLine[], kind: DiffLine['kind']): number {
  return lines.reduce((sum, line) => (line.kind === kind ? sum + 1 : sum), 0)
}

function splitLines(text: string | undefined): string[] {
  if (text === undefined || text === '') return []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function compareTexts(source: DiffSource): Draft {
  const oldLines = splitLines(source.oldText)
  const newLines = splitLines(source.newText)
  const first = source.firstLine ?? 1
  const parts = diffArrays(oldLines, newLines, { maxEditLength: MAX_EDITS }) ?? [
    { value: oldLines, removed: true, added: false },
    { value: newLines, removed: false, added: true },
  ]
  const writer = createLineWriter(first, first)
  for (const part of parts) {
    for (const text of part.value) writer.push(part.added ? 'add' : part.removed ? 'del' : 'context', text)
  }
  const change = source.oldText === undefined ? 'added' : source.newText === undefined ? 'deleted' : 'modified'
  return { change, lines: writer.lines, gaps: new Map(), oldLines, newLines }
}

function createLineWriter(oldStart: number, newStart: number) {
  const lines: DiffLine[] = []
  const sides = { old: 0, new: 0 }
  let oldNumber = oldStart
  let newNumber = newStart
  return {
    lines,
    /** The next lines are these of the file. */
    jump(oldLine: number, newLine: number): void {
      oldNumber = oldLine
      newNumber = newLine
    },
    numbers: () => ({ old: oldNumber, new: newNumber }),
    push(kind: DiffLine['kind'], text: string): void {
      const isOld = kind !== 'add'
      const isNew = kind !== 'del'
      lines.push({
        kind,
        text,
        oldNumber: isOld ? oldNumber++ : undefined,
        newNumber: isNew ? newNumber++ : undefined,
        oldIndex: isOld ? sides.old++ : undefined,
        newIndex: isNew ? sides.new++ : undefined,
        marks: [],
      })
    },
  }
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/

function parsePatch(patch: string): Draft {
  const writer = createLineWriter(1, 1)
  const gaps = new Map<number, number>()
  const oldLines: string[] = []
  const newLines: string[] = []
  let isInHunk = false
  let change: FileDiff['change'] = 'modified'
  for (const line of patch.split('\n')) {
    const hunk = HUNK.exec(line)
    if (hunk) {
      const oldStart = Number(hunk[1])
      const newStart = Number(hunk[2])
      const hidden = newStart - writer.numbers().new
      if (hidden > 0) gaps.set(writer.lines.length, hidden)
      writer.jump(oldStart, newStart)
      isInHunk = true
    } else if (!isInHunk) {
      if (line.startsWith('--- /dev/null') || line.startsWith('new file')) change = 'added'
      if (line.startsWith('+++ /dev/null') || line.startsWith('deleted file')) change = 'deleted'
    } else if (line.startsWith('+')) {
      writer.push('add', line.slice(1))
      newLines.push(line.slice(1))
    } else if (line.startsWith('-')) {
      writer.push('del', line.slice(1))
      oldLines.push(line.slice(1))
    } else if (line.startsWith(' ')) {
      writer.push('context', line.slice(1))
      oldLines.push(line.slice(1))
      newLines.push(line.slice(1))
    } else if (!line.startsWith('\\') && line !== '') {
      isInHunk = false
    }
  }
  return { change, lines: writer.lines, gaps, oldLines, newLines }
}

/** Marks changed words where a removed line and the added line that took its place are alike. */
function markWords(lines: readonly DiffLine[]): readonly DiffLine[] {
  const marked = [...lines]
  for (const { dels, adds } of changedRuns(lines)) {
    const pairs = Math.min(dels.length, adds.length)
    for (let index = 0; index < pairs; index += 1) {
      const from = marked[dels[index] ?? -1]
      const to = marked[adds[index] ?? -1]
      if (from === undefined || to === undefined) continue
      const marks = wordMarks(from.text, to.text)
      if (marks === undefined) continue
      marked[dels[index] ?? -1] = { ...from, marks: marks.del }
      marked[adds[index] ?? -1] = { ...to, marks: marks.add }
    }
  }
  return marked
}

/** Indexes of each run of removed lines directly followed by added ones. */
function changedRuns(lines: readonly DiffLine[]): { dels: number[]; adds: number[] }[] {
  const runs: { dels: number[]; adds: number[] }[] = []
  let run: { dels: number[]; adds: number[] } | undefined
  lines.forEach((line, index) => {
    if (line.kind === 'context') run = undefined
    else if (line.kind === 'del') {
      if (run === undefined || run.adds.length > 0) runs.push((run = { dels: [], adds: [] }))
      run.dels.push(index)
    } else if (run !== undefined) run.adds.push(index)
  })
  return runs
}

/** Undefined when the lines have too little in common for marks to help. */
export function wordMarks(del: string, add: string): { del: Mark[]; add: Mark[] } | undefined {
  if (del.length > MAX_MARKED_LENGTH || add.length > MAX_MARKED_LENGTH) return undefined
  const marks = { del: [] as Mark[], add: [] as Mark[] }
  let delAt = 0
  let addAt = 0
  let common = 0
  for (const part of diffWordsWithSpace(del, add)) {
    const length = part.value.length
    if (part.removed) marks.del.push([delAt, (delAt += length)])
    else if (part.added) marks.add.push([addAt, (addAt += length)])
    else {
      common += part.value.trim().length
      delAt += length
      addAt += length
    }
  }
  const size = Math.max(del.trim().length, add.trim().length)
  return size > 0 && common / size >= MIN_SIMILARITY ? marks : undefined
}
