// Lines of a growing text, coloured as soon as the grammar is there; lines that did not change stay the same objects.
import type { Parser } from '@lezer/common'
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import { highlightLines, isHighlightable, plainLines, type SyntaxLine } from './highlight'
import { loadParser } from './languages'

/** A text that is still growing is coloured whole up to this size; beyond, its new lines wait for the end. */
const OPEN_LIMIT = 4096

export interface SyntaxSource {
  readonly text: Accessor<string>
  readonly language: Accessor<string | undefined>
  /** More is to come. */
  readonly isOpen: Accessor<boolean>
}

export function createSyntaxLines(source: SyntaxSource): Accessor<readonly SyntaxLine[]> {
  const [parser, setParser] = createSignal<Parser>()
  createEffect(() => {
    const language = source.language()
    const loading = language === undefined ? undefined : loadParser(language)
    let isCurrent = true
    onCleanup(() => (isCurrent = false))
    setParser(undefined)
    // A grammar that cannot be fetched costs colours only.
    loading?.then(loaded => isCurrent && setParser(() => loaded)).catch(() => undefined)
  })
  return createMemo<readonly SyntaxLine[]>(previous => {
    const text = source.text()
    const grammar = parser()
    if (grammar === undefined || !isHighlightable(text)) return reuseLines(previous, plainLines(text))
    if (source.isOpen() && text.length > OPEN_LIMIT) return appendPlain(previous, text)
    return reuseLines(previous, highlightLines(text, grammar))
  }, [])
}

/** The lines that are there already, and plain ones behind them. */
function appendPlain(previous: readonly SyntaxLine[], text: string): readonly SyntaxLine[] {
  const lines = plainLines(text)
  return lines.map((line, index) => {
    const before = previous[index]
    return before !== undefined && lineText(before) === lineText(line) ? before : line
  })
}

export function reuseLines(previous: readonly SyntaxLine[], next: readonly SyntaxLine[]): readonly SyntaxLine[] {
  return next.map((line, index) => {
    const before = previous[index]
    return before !== undefined && isSameLine(before, line) ? before : line
  })
}

function isSameLine(left: SyntaxLine, right: SyntaxLine): boolean {
  return (
    left.length === right.length &&
    left.every((span, index) => span.text === right[index]?.text && span.kind === right[index]?.kind)
  )
}

export function lineText(line: SyntaxLine): string {
  return line.map(span => span.text).join('')
}
