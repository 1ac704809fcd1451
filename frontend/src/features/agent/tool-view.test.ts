import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { ToolCallSchema, ToolStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import { formatAge, formatBytes, formatCount, formatDuration, shortPath } from './format'
import { commandState, mcpName, numberedLines, parseInput, toolHeadline, toolTodos } from './tool-view'

const directories = { workingDir: '/home/ada/project', homeDir: '/home/ada' }
const tool = (init: MessageInitShape<typeof ToolCallSchema>) => create(ToolCallSchema, { status: ToolStatus.OK, ...init })
const line = (init: MessageInitShape<typeof ToolCallSchema>) => {
  const { verb, target, note } = toolHeadline(tool(init), directories)
  return [verb, target, note].filter(part => part !== '').join(' | ')
}

describe('toolHeadline', () => {
  it('says what each kind works on', () => {
    expect(line({ kind: 'read', input: '{"file_path":"/home/ada/project/src/a.ts","offset":10,"limit":31}' })).toBe(
      'Read | src/a.ts | (Line 10–40)',
    )
    expect(
      line({
        kind: 'edit',
        input: '{"file_path":"/home/ada/x.ts","replace_all":true}',
        diffs: [{ path: '', oldText: 'a', newText: 'b' }],
      }),
    ).toBe('Edit | ~/x.ts | (replace all)')
    expect(line({ kind: 'edit', diffs: [{ path: '/etc/new', newText: 'b' }] })).toBe('Write | /etc/new')
    expect(line({ kind: 'execute', command: 'cargo test\nand more' })).toBe('Run | cargo test')
    expect(line({ kind: 'execute', command: 'x', input: '{"description":"Run the tests"}' })).toBe('Run | Run the tests')
    expect(line({ kind: 'search', input: '{"pattern":"fn main"}', output: 'a\nb\n' })).toBe('Search | fn main | 2 results')
    expect(line({ kind: 'search', input: '{"pattern":"x"}', output: 'No matches found' })).toBe('Search | x | No matches found')
    expect(line({ kind: 'fetch', input: '{"url":"https://example.org"}' })).toBe('Fetch | https://example.org')
    expect(line({ kind: 'mcp', name: 'mcp__files__list_dir' })).toBe('files / list_dir')
    expect(line({ kind: 'other', name: 'Strange', input: '{"a":1,"b":"x"}' })).toBe('Strange | a: 1, b: x')
  })

  it('counts what a search found', () => {
    const note = (output: string) => toolHeadline(tool({ kind: 'search', output }), directories).note
    expect(note('src/a.rs:3:fn main\nsrc/a.rs:9:fn other\nb.rs:1:fn b\n')).toBe('3 matches in 2 files')
    expect(note('src/a.rs\nb.rs')).toBe('Found 2 files')
    expect(note('Found 1 file:\nsrc/a.rs')).toBe('Found 1 file')
    expect([note('No files found'), note('')]).toEqual(['No files found', 'No matches found'])
    expect(note('some words\nb.rs')).toBe('2 results')
  })

  it('falls back to the title while the input is not there yet', () => {
    expect(line({ kind: 'read', title: 'src/a.ts', input: '{"file_pa' })).toBe('Read | src/a.ts')
  })
})

it('reads todo lists', () => {
  expect(toolTodos(parseInput('{"todos":[{"content":"a","status":"completed"},{"content":"b","status":"?"},7]}'))).toEqual([
    { text: 'a', status: 'completed' },
    { text: 'b', status: 'pending' },
  ])
})

it('takes numbered read results apart', () => {
  expect(numberedLines('     9→a\n    10→\tb')).toEqual([
    { number: 9, text: 'a' },
    { number: 10, text: '\tb' },
  ])
  expect(numberedLines('plain\n1\tx')).toBeUndefined()
})

it('says how a command ended', () => {
  expect(commandState(tool({ status: ToolStatus.FAILED, exitCode: 101 }))).toBe('Error (exit 101)')
  expect(commandState(tool({ status: ToolStatus.RUNNING }))).toBeUndefined()
  expect(mcpName('plain')).toBe('plain')
})

it('writes numbers, times and paths', () => {
  expect([2100, 45_400, 192_000, 3_840_000].map(formatDuration)).toEqual(['2.1s', '45s', '3m 12s', '1h 4m'])
  expect([12_000, 300_000, 10_800_000, 172_800_000].map(formatAge)).toEqual(['12s', '5m', '3h', '2d'])
  expect([812, 1234, 48_000, 1_300_000].map(formatCount)).toEqual(['812', '1.2k', '48k', '1.3M'])
  expect([10, 2048, 10 * 1024 * 1024].map(formatBytes)).toEqual(['10 B', '2 KB', '10.0 MB'])
  expect(shortPath('/home/adam/x', '/home/ada/project', '/home/ada')).toBe('/home/adam/x')
  expect(shortPath('/home/ada/project', '/home/ada/project/', '/home/ada')).toBe('.')
})
