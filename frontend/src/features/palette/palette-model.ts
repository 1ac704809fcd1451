// What the palette lists for a query. Pure.
import fuzzysort from 'fuzzysort'

export interface PaletteItem {
  readonly id: string
  readonly title: string
  /** "Tab", "Workspace", "Command". */
  readonly group: string
  readonly keywords?: string | undefined
  readonly shortcut?: string | undefined
  run(): void
}

export interface PaletteMatch {
  readonly item: PaletteItem
  /** The title in pieces; matched ones are emphasized. */
  readonly pieces: readonly { readonly text: string; readonly isMatch: boolean }[]
}

const MAX_MATCHES = 60

function piecesOf(title: string, indexes: readonly number[]): PaletteMatch['pieces'] {
  const matched = new Set(indexes)
  const pieces: { text: string; isMatch: boolean }[] = []
  for (const [index, character] of [...title].entries()) {
    const isMatch = matched.has(index)
    const last = pieces.at(-1)
    if (last?.isMatch === isMatch) last.text += character
    else pieces.push({ text: character, isMatch })
  }
  return pieces
}

/** An empty query keeps the given order. */
export function paletteMatches(items: readonly PaletteItem[], query: string): readonly PaletteMatch[] {
  const text = query.trim()
  if (text === '') return items.slice(0, MAX_MATCHES).map(item => ({ item, pieces: piecesOf(item.title, []) }))
  return fuzzysort
    .go(text, items, { keys: ['title', item => item.keywords ?? ''], limit: MAX_MATCHES, threshold: 0.3 })
    .map(result => ({ item: result.obj, pieces: piecesOf(result.obj.title, result[0]?.indexes ?? []) }))
}
