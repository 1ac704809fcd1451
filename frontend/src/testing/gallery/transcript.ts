// A conversation with one of everything, for looking at.

import type { Item } from '../../gen/leapmux/worker/v1/agent_pb'
import { ToolStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import { item, noticeItem, textItem, toolItem, userItem } from '../agent-items'

const ANSWER = `The test failed because **\`parse\`** returns early on an empty line. Three things follow:

1. The loop never reaches the last record.
2. \`flush()\` is skipped, so the file stays *half written*.
3. The count in the summary is one too low.

\`\`\`rust
pub fn parse(input: &str) -> Result<Vec<Record>, ParseError> {
    // An empty line separates records; it does not end the file.
    let mut records = Vec::with_capacity(16);
    for line in input.lines().filter(|line| !line.is_empty()) {
        records.push(Record::from_str(line)?);
    }
    Ok(records)
}
\`\`\`

| Case | Before | After |
| --- | :-: | --: |
| empty file | 0 | 0 |
| one record | 0 | 1 |

- [x] fix the loop
- [ ] add a test

> A quote, and a [link](https://example.org/docs) with <b>raw HTML</b> as text.`

const OLD = `import { readFile } from 'node:fs/promises'

export interface Options {
  readonly path: string
  readonly strict: boolean
}

/** Reads all records of a file. */
export async function load(options: Options): Promise<string[]> {
  const text = await readFile(options.path, 'utf8')
  const lines = text.split('\\n')
  const records = []
  for (const line of lines) {
    if (line === '') break
    records.push(line)
  }
  return records
}

export function count(records: string[]): number {
  return records.length
}
`
const NEW = OLD.replace("    if (line === '') break\n", "    if (line === '') continue\n").replace(
  '  const records = []',
  '  const records: string[] = []',
)

export function transcript(): Item[] {
  let at = 0
  const next = () => ++at
  return [
    userItem(next(), 'Please look at why `cargo test` fails in the parser, and fix it.\nKeep the public API as it is.'),
    item(next(), {
      case: 'thinking',
      value: {
        text: 'The user wants the parser fixed. I should run the tests first to see the failure, then read the source of the parser and the tests that touch it before changing anything.',
      },
    }),
    toolItem(next(), 'execute', ToolStatus.FAILED, {
      body: {
        case: 'tool',
        value: {
          kind: 'execute',
          name: 'Bash',
          status: ToolStatus.FAILED,
          exitCode: 101,
          command: 'cargo test -p parser --quiet',
          input: '{"command":"cargo test -p parser --quiet","description":"Run the parser tests"}',
          output:
            '\u001b[1m\u001b[32m   Compiling\u001b[0m parser v0.1.0\n\nrunning 4 tests\n..\u001b[31mF\u001b[0m.\nfailures:\n\n---- reads_last_record stdout ----\nthread panicked at \u001b[36msrc/lib.rs:41\u001b[0m:\nassertion `left == right` failed\n  left: 1\n right: 2\n\n\u001b[1m\u001b[31merror\u001b[0m: test failed',
        },
      },
    }),
    toolItem(next(), 'read', ToolStatus.OK, {
      body: {
        case: 'tool',
        value: {
          kind: 'read',
          name: 'Read',
          status: ToolStatus.OK,
          input: '{"file_path":"/home/ada/project/src/load.ts","offset":10,"limit":8}',
          output: OLD.split('\n')
            .slice(9, 17)
            .map((line, index) => `${String(index + 10).padStart(6)}→${line}`)
            .join('\n'),
        },
      },
    }),
    toolItem(next(), 'read', ToolStatus.OK, {
      body: {
        case: 'tool',
        value: {
          kind: 'read',
          name: 'Read',
          status: ToolStatus.OK,
          input: '{"file_path":"/home/ada/project/src/count.ts"}',
          output: 'x',
        },
      },
    }),
    toolItem(next(), 'search', ToolStatus.OK, {
      body: {
        case: 'tool',
        value: {
          kind: 'search',
          name: 'Grep',
          status: ToolStatus.OK,
          input: '{"pattern":"fn flush"}',
          output: 'src/lib.rs:12\nsrc/io.rs:80',
        },
      },
    }),
    toolItem(next(), 'edit', ToolStatus.OK, {
      body: {
        case: 'tool',
        value: {
          kind: 'edit',
          name: 'Edit',
          status: ToolStatus.OK,
          input: '{"file_path":"/home/ada/project/src/load.ts"}',
          diffs: [{ path: '/home/ada/project/src/load.ts', oldText: OLD, newText: NEW }],
        },
      },
    }),
    item(next(), {
      case: 'permission',
      value: { title: 'Permission Required: Bash', command: 'cargo test', resolution: { resolved: true, role: 'allow_once' } },
    }),
    toolItem(next(), 'todo', ToolStatus.OK, {
      body: {
        case: 'tool',
        value: {
          kind: 'todo',
          status: ToolStatus.OK,
          input:
            '{"todos":[{"content":"Run the tests","status":"completed"},{"content":"Fix the loop","status":"in_progress"},{"content":"Add a test","status":"pending"}]}',
        },
      },
    }),
    toolItem(next(), 'task', ToolStatus.RUNNING, {
      itemId: 'task',
      body: {
        case: 'tool',
        value: {
          kind: 'task',
          status: ToolStatus.RUNNING,
          title: 'Explore: callers of load',
          input: '{"subagent_type":"Explore","description":"Find callers of load","prompt":"Find **every** caller."}',
        },
      },
    }),
    toolItem(next(), 'search', ToolStatus.OK, {
      scope: 'task',
      body: {
        case: 'tool',
        value: { kind: 'search', status: ToolStatus.OK, input: '{"pattern":"load\\\\("}', output: 'a\nb\nc' },
      },
    }),
    item(next(), { case: 'text', value: { text: 'Three callers, all in `src/cli`.' } }, { scope: 'task' }),
    toolItem(next(), 'mcp', ToolStatus.OK, {
      body: {
        case: 'tool',
        value: {
          kind: 'mcp',
          name: 'mcp__github__list_issues',
          status: ToolStatus.OK,
          input: '{"state":"open"}',
          output: '[{"number":12}]',
        },
      },
    }),
    noticeItem(next(), 'Model (Opus → Sonnet)'),
    item(next(), { case: 'notice', value: { level: 'warning', kind: 'retry', text: 'API Retry 2/10 in 4s — overloaded' } }),
    textItem(next(), ANSWER),
    item(next(), { case: 'turnEnd', value: { stop: 'completed', durationMs: 42_300n } }),
    userItem(next(), 'Thanks! Now add the missing test.'),
    item(next(), {
      case: 'question',
      value: {
        questions: [{ id: 'q', text: 'Which framework should the test use?', options: [{ id: 'a', label: 'vitest' }] }],
        resolution: { resolved: true, answers: [{ questionId: 'q', optionIds: ['a'] }] },
      },
    }),
    item(next(), {
      case: 'plan',
      value: { markdown: '## Plan\n\n1. Write the test\n2. Run it', path: '/home/ada/.claude/plans/test.md' },
    }),
    item(next(), { case: 'turnEnd', value: { stop: 'error', error: 'API Error: 529 Overloaded', errorClass: 'overloaded' } }),
    item(next(), { case: 'processExit', value: { code: 1, stderrTail: 'fatal: out of cheese' } }),
    item(next(), {
      case: 'userMessage',
      value: { text: 'And this one was refused.', delivery: 4, failure: 'the agent failed to start' },
    }),
  ]
}
