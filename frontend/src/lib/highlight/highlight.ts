// Source text → lines of coloured spans, by Lezer. What a kind looks like is the style sheet's business.
import type { Parser } from '@lezer/common'
import { highlightCode, tagHighlighter, tags } from '@lezer/highlight'

export type SyntaxKind =
  | 'comment'
  | 'keyword'
  | 'string'
  | 'number'
  | 'type'
  | 'function'
  | 'property'
  | 'constant'
  | 'punctuation'

export interface SyntaxSpan {
  readonly text: string
  readonly kind: SyntaxKind | undefined
}
export type SyntaxLine = readonly SyntaxSpan[]

/** AGT-76: longer texts are shown plain. */
export const HIGHLIGHT_MAX_LINES = 1000
export const HIGHLIGHT_MAX_CHARACTERS = 20_000

const kind = (name: SyntaxKind) => name

/** The later rule wins for tags of equal depth; Lezer falls back from a tag to its parents. */
const highlighter = tagHighlighter([
  { tag: [tags.comment, tags.meta], class: kind('comment') },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.processingInstruction], class: kind('keyword') },
  { tag: [tags.string, tags.regexp, tags.special(tags.string), tags.inserted], class: kind('string') },
  { tag: [tags.number, tags.integer, tags.float, tags.color, tags.unit], class: kind('number') },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName, tags.heading], class: kind('type') },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.function(tags.definition(tags.variableName)),
      tags.macroName,
      tags.link,
      tags.url,
    ],
    class: kind('function'),
  },
  { tag: [tags.propertyName, tags.attributeName, tags.labelName], class: kind('property') },
  { tag: [tags.bool, tags.null, tags.atom, tags.self, tags.constant(tags.variableName), tags.deleted], class: kind('constant') },
  { tag: [tags.punctuation, tags.operator, tags.bracket, tags.contentSeparator], class: kind('punctuation') },
])

/** True when the text is small enough to be coloured. */
export function isHighlightable(text: string): boolean {
  if (text.length > HIGHLIGHT_MAX_CHARACTERS) return false
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return lines <= HIGHLIGHT_MAX_LINES
}

/** One entry per line of `text`, without its line break. The spans of a line joined are the line. */
export function highlightLines(text: string, parser: Parser): readonly SyntaxLine[] {
  const lines: SyntaxSpan[][] = [[]]
  highlightCode(
    text,
    parser.parse(text),
    highlighter,
    (code, classes) => {
      const name = classes.split(' ', 1)[0] as SyntaxKind | ''
      lines[lines.length - 1]?.push({ text: code, kind: name === '' ? undefined : name })
    },
    () => lines.push([]),
  )
  return lines
}

/** The same shape without colours. */
export function plainLines(text: string): readonly SyntaxLine[] {
  return text.split('\n').map(line => (line === '' ? [] : [{ text: line, kind: undefined }]))
}
