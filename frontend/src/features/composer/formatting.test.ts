import { ensureSyntaxTree } from '@codemirror/language'
import { EditorSelection, EditorState, type TransactionSpec } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import * as format from './formatting'
import { markdownLanguage } from './markdown-language'

/** `|` marks the cursor, or both ends of the selection. */
function editor(marked: string): EditorState {
  const anchor = marked.indexOf('|')
  const head = marked.lastIndexOf('|')
  const doc = marked.replaceAll('|', '')
  const selection = EditorSelection.single(anchor, anchor === head ? anchor : head - 1)
  const state = EditorState.create({ doc, selection, extensions: [markdownLanguage] })
  ensureSyntaxTree(state, doc.length, 5000)
  return state
}
function show(state: EditorState, spec: TransactionSpec | undefined): string | undefined {
  if (spec === undefined) return undefined
  const next = state.update(spec).state
  const { from, to } = next.selection.main
  const doc = next.doc.toString()
  return from === to
    ? `${doc.slice(0, from)}|${doc.slice(from)}`
    : `${doc.slice(0, from)}|${doc.slice(from, to)}|${doc.slice(to)}`
}
const run = (marked: string, command: (state: EditorState) => TransactionSpec | undefined) => {
  const state = editor(marked)
  return show(state, command(state))
}

describe('inline formatting', () => {
  it('wraps a selection or the word at the cursor, and unwraps it again', () => {
    expect(run('a |word| b', state => format.toggleWrap(state, '**'))).toBe('a **|word|** b')
    expect(run('a wo|rd b', state => format.toggleWrap(state, '`'))).toBe('a `|word|` b')
    expect(run('a **|word|** b', state => format.toggleWrap(state, '**'))).toBe('a |word| b')
    expect(run('|', state => format.toggleWrap(state, '_'))).toBe('_|_')
  })

  it('makes links', () => {
    expect(run('see |this|', state => format.insertLink(state, 'https://a.b'))).toBe('see [this](https://a.b)|')
  })
})

describe('lines', () => {
  it('turns lines into a list and back', () => {
    expect(run('|one\ntwo|', state => format.toggleLines(state, 'ordered'))).toBe('1. |one\n2. two|')
    expect(run('- one|', state => format.toggleLines(state, 'task'))).toBe('- [ ] one|')
    expect(run('- [ ] one|', state => format.toggleLines(state, 'task'))).toBe('one|')
    expect(run('|', state => format.toggleLines(state, 'bullet'))).toBe('- |')
    expect(run('one|', state => format.toggleLines(state, 'quote'))).toBe('> one|')
  })

  it('sets headings', () => {
    expect(run('## one|', state => format.setHeading(state, 3))).toBe('### one|')
    expect(run('## one|', state => format.setHeading(state, 0))).toBe('one|')
  })

  it('continues lists and quotes and ends them with an empty line', () => {
    expect(run('9. a|', format.continueLine)).toBe('9. a\n10. |')
    expect(run('- [x] a|', format.continueLine)).toBe('- [x] a\n- [ ] |')
    expect(run('> - a|', format.continueLine)).toBe('> - a\n> - |')
    expect(run('- a\n- |', format.continueLine)).toBe('- a\n|')
    expect(run('plain|', format.continueLine)).toBeUndefined()
    expect(run('```\n- a|\n```', format.continueLine)).toBeUndefined()
  })

  it('indents lists only', () => {
    expect(run('- a|', state => format.indentList(state, 1))).toBe('  - a|')
    expect(run('  - a|', state => format.indentList(state, -1))).toBe('- a|')
    expect(run('a|', state => format.indentList(state, 1))).toBeUndefined()
  })

  it('lifts a quote with Backspace', () => {
    expect(run('> |a', format.liftQuote)).toBe('|a')
    expect(run('> a|', format.liftQuote)).toBeUndefined()
  })
})

describe('blocks', () => {
  it('fences the selected lines', () => {
    expect(run('|a\nb|', format.insertCodeBlock)).toBe('```\na\nb|\n```')
    expect(run('x|', format.insertRule)).toBe('x\n\n---\n|')
  })

  it('knows code and plain paragraphs', () => {
    expect(format.isInCode(editor('```js\nlet a|\n```'))).toBe(true)
    expect(format.isInCode(editor('```js\nlet a|'))).toBe(true)
    expect(format.isPlainParagraph(editor('text|'))).toBe(true)
    expect(format.isPlainParagraph(editor('- text|'))).toBe(false)
  })

  it('puts quotes on lines of their own and mentions at the cursor', () => {
    expect(run('a|', state => format.insertText(state, '> q\n\n', 'block'))).toBe('a\n\n> q\n\n|')
    expect(run('|', state => format.insertText(state, '> q\n\n', 'block'))).toBe('> q\n\n|')
    expect(run('see|', state => format.insertText(state, '@a.ts', 'inline'))).toBe('see @a.ts |')
  })
})
