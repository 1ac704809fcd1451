// Markdown formatting of the text being written, as changes to an editor state. Pure: nothing here touches a view.
import { syntaxTree } from '@codemirror/language'
import { type ChangeSpec, EditorSelection, type EditorState, type Line, type TransactionSpec } from '@codemirror/state'

export type LineKind = 'bullet' | 'ordered' | 'task' | 'quote'

const MARKERS: Readonly<Record<LineKind, RegExp>> = {
  bullet: /^(\s*)[-*+] (?!\[[ xX]\] )/,
  ordered: /^(\s*)\d+[.)] /,
  task: /^(\s*)[-*+] \[[ xX]\] /,
  quote: /^(\s*)> ?/,
}
const LIST = /^(\s*)(?:([-*+])|(\d+)([.)]))( +)(\[[ xX]\] )?/
const HEADING = /^(#{1,6}) /

/** `**bold**`: wraps the selection or the word at the cursor, or takes the markers away again. */
export function toggleWrap(state: EditorState, marker: string): TransactionSpec {
  return state.changeByRange(range => {
    const word = range.empty ? (state.wordAt(range.head) ?? range) : range
    const { from, to } = word
    const before = state.sliceDoc(from - marker.length, from)
    const after = state.sliceDoc(to, to + marker.length)
    const size = marker.length
    if (before === marker && after === marker) {
      const changes = [
        { from: from - size, to: from },
        { from: to, to: to + size },
      ]
      return { changes, range: EditorSelection.range(from - size, to - size) }
    }
    const changes = [
      { from, insert: marker },
      { from: to, insert: marker },
    ]
    return { changes, range: EditorSelection.range(from + size, to + size) }
  })
}

function selectedLines(state: EditorState): Line[] {
  const { from, to } = state.selection.main
  const lines: Line[] = []
  for (let at = from; ; ) {
    const line = state.doc.lineAt(at)
    lines.push(line)
    if (line.to >= to || line.to + 1 > state.doc.length) return lines
    at = line.to + 1
  }
}

/** 0 makes a paragraph. */
export function setHeading(state: EditorState, level: number): TransactionSpec {
  const prefix = level === 0 ? '' : `${'#'.repeat(level)} `
  return {
    changes: selectedLines(state).map(line => {
      const old = HEADING.exec(line.text)?.[0].length ?? 0
      return { from: line.from, to: line.from + old, insert: prefix }
    }),
  }
}

/** All selected lines become this kind, or plain when all of them are it already. */
export function toggleLines(state: EditorState, kind: LineKind): TransactionSpec {
  const lines = selectedLines(state)
  const isOn = lines.every(line => MARKERS[kind].test(line.text))
  const changes = lines.map((line, index): ChangeSpec => {
    const known = kind === 'quote' ? MARKERS.quote.exec(line.text) : (LIST.exec(line.text) ?? null)
    const indent = /^\s*/.exec(line.text)?.[0] ?? ''
    const oldLength = known === null ? indent.length : known[0].length
    const marker = isOn ? '' : { bullet: '- ', ordered: `${index + 1}. `, task: '- [ ] ', quote: '> ' }[kind]
    const isQuoting = kind === 'quote' && !isOn
    return isQuoting
      ? { from: line.from, insert: marker }
      : { from: line.from, to: line.from + oldLength, insert: indent + marker }
  })
  return withMovedCursor(state, changes)
}

/** A cursor at the start of a line ends up behind the marker that was put there. */
function withMovedCursor(state: EditorState, changes: ChangeSpec[]): TransactionSpec {
  const set = state.changes(changes)
  return { changes: set, selection: state.selection.map(set, 1) }
}

/** The selected lines in a fence, or an empty fence with the cursor in it. */
export function insertCodeBlock(state: EditorState): TransactionSpec {
  const lines = selectedLines(state)
  const from = lines[0]?.from ?? 0
  const to = lines.at(-1)?.to ?? from
  const text = state.sliceDoc(from, to)
  return { changes: { from, to, insert: `\`\`\`\n${text}\n\`\`\`` }, selection: EditorSelection.cursor(from + 4 + text.length) }
}

export function insertLink(state: EditorState, address: string): TransactionSpec {
  return state.changeByRange(range => {
    const text = state.sliceDoc(range.from, range.to) || address
    const insert = `[${text}](${address})`
    return { changes: { from: range.from, to: range.to, insert }, range: EditorSelection.cursor(range.from + insert.length) }
  })
}

export function insertRule(state: EditorState): TransactionSpec {
  const line = state.doc.lineAt(state.selection.main.head)
  const insert = `${line.text === '' ? '' : '\n\n'}---\n`
  return { changes: { from: line.to, insert }, selection: EditorSelection.cursor(line.to + insert.length) }
}

/** Enter in a list or quote: the next line continues it; an empty item ends it. Undefined: an ordinary new line. */
export function continueLine(state: EditorState): TransactionSpec | undefined {
  const { main } = state.selection
  if (!main.empty || isInCode(state)) return undefined
  const line = state.doc.lineAt(main.head)
  const quote = MARKERS.quote.exec(line.text)?.[0] ?? ''
  const list = LIST.exec(line.text.slice(quote.length))
  const length = quote.length + (list?.[0].length ?? 0)
  if (length === 0 || main.head < line.from + length) return undefined
  if (line.text.length === length)
    return { changes: { from: line.from, to: line.to }, selection: EditorSelection.cursor(line.from) }
  const next = list === null ? '' : nextMarker(list)
  const insert = `\n${quote}${next}`
  return {
    changes: { from: main.head, insert },
    selection: EditorSelection.cursor(main.head + insert.length),
    scrollIntoView: true,
  }
}

function nextMarker(list: RegExpExecArray): string {
  const [, indent = '', bullet, number, delimiter, gap = ' ', task] = list
  const marker = bullet ?? `${Number(number) + 1}${delimiter}`
  return `${indent}${marker}${gap}${task === undefined ? '' : '[ ] '}`
}

/** Tab and Shift+Tab in a list. Undefined: not in a list. */
export function indentList(state: EditorState, direction: 1 | -1): TransactionSpec | undefined {
  const lines = selectedLines(state)
  if (!lines.every(line => LIST.test(line.text))) return undefined
  return {
    changes: lines.map(line =>
      direction === 1
        ? { from: line.from, insert: '  ' }
        : { from: line.from, to: line.from + Math.min(2, /^ */.exec(line.text)?.[0].length ?? 0) },
    ),
  }
}

/** Backspace right behind a quote mark takes the mark away. */
export function liftQuote(state: EditorState): TransactionSpec | undefined {
  const { main } = state.selection
  const line = state.doc.lineAt(main.head)
  const mark = MARKERS.quote.exec(line.text)?.[0] ?? ''
  const isBehind = main.empty && mark !== '' && main.head === line.from + mark.length
  return isBehind ? { changes: { from: line.from, to: main.head } } : undefined
}

export function isInCode(state: EditorState): boolean {
  for (let node = syntaxTree(state).resolveInner(state.selection.main.head, -1); ; ) {
    if (node.name === 'FencedCode' || node.name === 'CodeBlock') return true
    if (node.parent === null) return false
    node = node.parent
  }
}

export function isPlainParagraph(state: EditorState): boolean {
  const { text } = state.doc.lineAt(state.selection.main.head)
  return !LIST.test(text) && !MARKERS.quote.test(text) && !HEADING.test(text) && !isInCode(state)
}

/** Where text of another feature goes: at the cursor, or on lines of its own at the end. */
export function insertText(state: EditorState, text: string, mode: 'block' | 'inline'): TransactionSpec {
  if (mode === 'inline') {
    const { from, to } = state.selection.main
    const gap = from > 0 && !/\s/.test(state.sliceDoc(from - 1, from)) ? ' ' : ''
    const insert = `${gap}${text} `
    return { changes: { from, to, insert }, selection: EditorSelection.cursor(from + insert.length), scrollIntoView: true }
  }
  const end = state.doc.length
  const tail = state.sliceDoc(Math.max(0, end - 2))
  const gap = end === 0 || tail === '\n\n' ? '' : tail.endsWith('\n') ? '\n' : '\n\n'
  const insert = gap + text
  return { changes: { from: end, insert }, selection: EditorSelection.cursor(end + insert.length), scrollIntoView: true }
}
