import { lexer } from 'marked'
import { describe, expect, it } from 'vitest'
import { createBlockSplitter, decodeEntities, markdownBlocks, safeHref } from './markdown'

const DOCUMENT = `# Title

A paragraph with **bold**, \`code\` and a [link](https://example.org).
Second line
===

- one
  continued
- two

  loose
    1. nested
+ other

> quote
lazy
#not a heading

| a | b |
|---|:-:|
| 1 | 2 |

\`\`\`ts
const a = 1

# not a heading
\`\`\`

<div>
raw
</div>

    indented

***
1. x
2) y
- [ ] task
- [x] done
last`

const PIECES = [
  '\n',
  '\n',
  '\n\n',
  ' ',
  '    ',
  '- ',
  '+',
  '* ',
  '1. ',
  '2) ',
  '> ',
  '#',
  '# ',
  '## h',
  '```',
  '```js\n',
  '~~~',
  'text',
  'a b',
  '|',
  '|-|-|',
  '---',
  '===',
  '<div>',
  '</div>',
  '<!--',
  '-->',
  '**',
  '_',
  '`',
  '[x]',
  '[a](b)',
  '\t',
  '\r\n',
  '\\',
  'ünï',
  '😀',
  '- [ ] t',
]

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const shape = (text: string) =>
  (lexer(text.replace(/\r\n?/g, '\n'), { gfm: true }) as { type: string; raw: string }[])
    .filter(token => token.type !== 'space')
    .map(token => `${token.type}:${token.raw.trimEnd()}`)

const blocks = (splitter: ReturnType<typeof createBlockSplitter>, text: string) =>
  splitter.update(text).map(block => `${block.token.type}:${block.raw.trimEnd()}`)

describe('createBlockSplitter', () => {
  it('gives the blocks of one shot at every cut of a streamed document', () => {
    const splitter = createBlockSplitter()
    for (let cut = 0; cut <= DOCUMENT.length; cut += 1) {
      const text = DOCUMENT.slice(0, cut)
      expect(blocks(splitter, text), `cut ${cut}`).toEqual(shape(text))
    }
  })

  it('gives the blocks of one shot for random documents in random pieces', { timeout: 60_000 }, () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const next = random(seed)
      const splitter = createBlockSplitter()
      let text = ''
      for (let step = 0; step < 40; step += 1) {
        const piece = PIECES[Math.floor(next() * PIECES.length)] ?? ''
        for (const character of piece) {
          text += character
          expect(blocks(splitter, text), JSON.stringify({ seed, text })).toEqual(shape(text))
        }
      }
    }
  })

  it('hands out settled blocks again, so that a view rebuilds only the end', () => {
    const splitter = createBlockSplitter()
    const before = splitter.update('one\n\ntwo\n\nthree\n\nfour')
    const after = splitter.update('one\n\ntwo\n\nthree\n\nfour and more')
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3))
    expect(after.map((block, index) => block === before[index])).toEqual([true, true, true, false])
  })

  it('resolves a link definition that arrives after its use', () => {
    const splitter = createBlockSplitter()
    splitter.update('see [a]\n\nx\n\ny\n\n')
    const [first] = splitter.update('see [a]\n\nx\n\ny\n\n[a]: https://example.org')
    expect(JSON.stringify(first?.token)).toContain('https://example.org')
  })

  it('starts over when the text is replaced', () => {
    const splitter = createBlockSplitter()
    splitter.update('one\n\ntwo\n\nthree')
    expect(blocks(splitter, 'other')).toEqual(['paragraph:other'])
  })
})

it('decodes character references and leaves unknown ones', () => {
  expect(decodeEntities('a &amp; &#65;&#x42; &nope; &#0;')).toBe('a & AB &nope; \ufffd')
})

it('lets only web and mail addresses out', () => {
  expect(safeHref('https://example.org')).toBe('https://example.org')
  expect(safeHref(' mailto:a@b.c ')).toBe('mailto:a@b.c')
  expect(safeHref('javascript:alert(1)')).toBeUndefined()
  expect(safeHref('data:text/html,x')).toBeUndefined()
  expect(safeHref('src/main.rs')).toBeUndefined()
})

it('keeps an empty text empty', () => {
  expect(markdownBlocks('')).toEqual([])
})
