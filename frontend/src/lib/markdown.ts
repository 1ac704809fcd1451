// Markdown for reading: text → block tokens, incrementally while it streams. No HTML is ever made here.
import { lexer, type MarkedToken, type Token, type TokensList } from 'marked'

export type MarkdownToken = MarkedToken
export type { Tokens } from 'marked'

/** One top-level block. The same object is handed out again as long as its text is unchanged. */
export interface MarkdownBlock {
  readonly raw: string
  readonly token: MarkdownToken
}

/** Keeps what cannot change any more and lexes only the growing end. */
export interface BlockSplitter {
  /** The blocks of `text`. Cheap when `text` continues the text of the previous call. */
  update(text: string): readonly MarkdownBlock[]
}

/**
 * A line that is still being written can end, shorten or join the block before it ("> a" + "\n#" + "x"), so the last two
 * blocks stay open; everything before them is settled.
 */
const OPEN_BLOCKS = 2

/** A link definition changes the meaning of text anywhere, so such texts are lexed whole. */
const DEFINITION = /^(?: {0,3}|[ \t>*+-]*|\s*\d+[.)]\s*)\[[^\]\n]+\]:/m

export function createBlockSplitter(): BlockSplitter {
  let settledText = ''
  let settled: readonly MarkdownBlock[] = []
  let open: readonly MarkdownBlock[] = []

  return {
    update(input) {
      const text = normalize(input)
      const isWhole = DEFINITION.test(text)
      if (isWhole || !text.startsWith(settledText)) {
        settledText = ''
        settled = []
      }
      const tokens = lexBlocks(text.slice(settledText.length))
      const keep = isWhole ? 0 : settledCount(tokens)
      const known = isWhole ? [] : open
      let next = 0
      const blocks: MarkdownBlock[] = []
      tokens.forEach((token, index) => {
        if (index < keep) settledText += token.raw
        if (token.type === 'space') return
        const before = known[next]
        next += 1
        blocks.push(before?.raw === token.raw && before.token.type === token.type ? before : { raw: token.raw, token })
        if (index < keep) settled = [...settled, blocks[blocks.length - 1] as MarkdownBlock]
      })
      const all = [...settled, ...blocks.slice(countBlocks(tokens, keep))]
      open = all.slice(settled.length)
      return all
    },
  }
}

/** Blocks of a finished text. */
export function markdownBlocks(text: string): readonly MarkdownBlock[] {
  return createBlockSplitter().update(text)
}

function normalize(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

function lexBlocks(text: string): MarkdownToken[] {
  const tokens: TokensList | Token[] = text === '' ? [] : lexer(text, { gfm: true })
  return tokens as MarkdownToken[]
}

/** How many leading tokens (spaces included) are settled: all before the last `OPEN_BLOCKS` blocks. */
function settledCount(tokens: readonly MarkdownToken[]): number {
  let blocks = 0
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    if (tokens[index]?.type !== 'space') blocks += 1
    if (blocks === OPEN_BLOCKS) return index
  }
  return 0
}

function countBlocks(tokens: readonly MarkdownToken[], until: number): number {
  let count = 0
  for (let index = 0; index < until; index += 1) if (tokens[index]?.type !== 'space') count += 1
  return count
}

const ENTITY = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]{2,8}));/g
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  larr: '←',
  rarr: '→',
  uarr: '↑',
  darr: '↓',
  times: '×',
  middot: '·',
  bull: '•',
  deg: '°',
}

/** Character references of a text token as characters; unknown names stay as written. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10)
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    return isCharacter ? String.fromCodePoint(code) : '\ufffd'
  })
}

const SAFE_SCHEME = /^(?:https?|mailto):/i

/** The address a link may open, or undefined: only web and mail addresses leave the page. */
export function safeHref(href: string): string | undefined {
  const trimmed = href.trim()
  return SAFE_SCHEME.test(trimmed) ? trimmed : undefined
}
