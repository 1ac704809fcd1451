import { describe, expect, it } from 'vitest'
import { ToolStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import { item, textItem, toolItem } from '../../testing/agent-items'
import { itemMarkdown, itemPlain, quote } from './item-text'
import { mergeNotices } from './notices'
import { turnEndText } from './turn-end'
import { contextPercent, usageLevel } from './usage'

const command = (text: string, output: string) =>
  toolItem(1, 'execute', ToolStatus.OK, { body: { case: 'tool', value: { kind: 'execute', command: text, output } } })

describe('copying', () => {
  it('gives a command with its output, plain or fenced', () => {
    expect(itemPlain(command('ls', '\u001b[31ma\u001b[0m\n'))).toBe('ls\na')
    expect(itemMarkdown(command('ls', 'a'))).toBe('```sh\nls\n```\n\n```\na\n```')
  })

  it('uses a fence that its content cannot close', () => {
    expect(itemMarkdown(command('cat a.md', '```js\n1\n```'))).toContain('````\n```js\n1\n```\n````')
  })

  it('gives questions with their answers', () => {
    const asked = item(1, {
      case: 'question',
      value: {
        questions: [
          { id: 'a', text: 'Which?', options: [{ id: 'x', label: 'X' }] },
          { id: 'b', text: 'Why?' },
        ],
        resolution: { resolved: true, answers: [{ questionId: 'a', optionIds: ['x'], text: 'mostly' }] },
      },
    })
    expect(itemMarkdown(asked)).toBe('**Which?**\n\nX, mostly\n\n**Why?**\n\nNot answered')
  })

  it('quotes line by line', () => {
    expect(quote(itemPlain(textItem(1, 'a\n\nb\n')))).toBe('> a\n>\n> b\n\n')
  })
})

describe('mergeNotices', () => {
  const notice = (text: string, kind = 'other') => ({ level: 'info', text, kind })

  it('counts repeats and keeps only the newest retry of a run', () => {
    const merged = mergeNotices([
      notice('a'),
      notice('a'),
      notice('1/3', 'retry'),
      notice('2/3', 'retry'),
      notice('b'),
      notice('a'),
    ])
    expect(merged.map(({ text, count }) => [text, count])).toEqual([
      ['a', 2],
      ['2/3', 1],
      ['b', 1],
      ['a', 1],
    ])
  })
})

it('says how a turn ended', () => {
  const end = (stop: string, error = '', durationMs = 0n) => turnEndText({ stop, error, durationMs })
  expect(end('completed', '', 2100n)).toBe('Took 2.1s')
  expect(end('completed')).toBe('Turn ended')
  expect(end('cancelled', '', 900n)).toBe('Turn ended (interrupted)')
  expect(end('odd')).toBe('Turn ended (odd)')
  expect(end('error', 'no route')).toBe('Turn failed — no route')
  expect(end('error', 'API Error: 529 Overloaded')).toBe('API Error: 529 Overloaded')
})

it('measures the context', () => {
  expect(contextPercent(undefined)).toBeUndefined()
  expect(contextPercent({ contextUsed: 84_000n, contextSize: 0n })).toBe(42)
  expect([42, 80, 100].map(usageLevel)).toEqual(['normal', 'warning', 'exceeded'])
})
