// A tool call in words: what its one line says and what its opened body shows. Knows kinds, never providers. Pure.
import { type ToolCall, ToolStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import { shortPath } from './format'
import { strings } from './strings'

export type ToolIcon =
  | 'read'
  | 'edit'
  | 'delete'
  | 'move'
  | 'search'
  | 'execute'
  | 'think'
  | 'fetch'
  | 'mode'
  | 'task'
  | 'mcp'
  | 'todo'
  | 'other'

export interface ToolHeadline {
  readonly icon: ToolIcon
  readonly verb: string
  /** What it works on. */
  readonly target: string
  /** A path, command or pattern. */
  readonly isMono: boolean
  /** Quiet words after the target: line range, counts. */
  readonly note: string
}

export interface Directories {
  readonly workingDir: string
  readonly homeDir: string
}

export type ToolInput = Readonly<Record<string, unknown>>

/** The input as an object; what is not JSON (yet) gives an empty one. */
export function parseInput(json: string): ToolInput {
  if (!json.startsWith('{')) return {}
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as ToolInput) : {}
  } catch {
    return {}
  }
}

/** The first of these fields that is a non-empty text. */
export function textField(input: ToolInput, ...names: readonly string[]): string {
  for (const name of names) {
    const value = input[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return ''
}

function numberField(input: ToolInput, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = input[name]
    if (typeof value === 'number' && Number.isFinite(value)) return value
  }
  return undefined
}

export function toolHeadline(tool: ToolCall, directories: Directories): ToolHeadline {
  const input = parseInput(tool.input)
  const path = toolPath(tool, input)
  const shown = path === '' ? '' : shortPath(path, directories.workingDir, directories.homeDir)
  // A title that only repeats the tool's own name says nothing beside the verb.
  const title = tool.title === tool.name ? '' : tool.title
  const headline = (icon: ToolIcon, verb: string, target: string, isMono: boolean, note = ''): ToolHeadline => ({
    icon,
    verb,
    target: target === '' ? (title === verb ? '' : title) : target,
    isMono: isMono && target !== '',
    note,
  })
  switch (tool.kind) {
    case 'read':
      return headline('read', strings.tool.read, shown, true, lineRange(tool, input))
    case 'edit':
      return headline(
        'edit',
        isNewFile(tool) ? strings.tool.write : strings.tool.edit,
        shown,
        true,
        input.replace_all === true ? strings.tool.replaceAll : '',
      )
    case 'delete':
      return headline('delete', strings.tool.delete, shown, true)
    case 'move':
      return headline('move', strings.tool.move, shown, true)
    case 'execute':
      return commandHeadline(tool, input, headline)
    case 'search':
      return headline(
        'search',
        strings.tool.search,
        textField(input, 'pattern', 'query', 'regex', 'glob'),
        true,
        searchNote(tool),
      )
    case 'fetch': {
      const url = textField(input, 'url', 'uri')
      const query = textField(input, 'query')
      return headline('fetch', url === '' ? strings.tool.webSearch : strings.tool.fetch, url === '' ? query : url, url !== '')
    }
    case 'think':
      return headline('think', strings.tool.think, '', false)
    case 'switch_mode':
      return headline('mode', modeVerb(tool), '', false)
    case 'task':
      return headline(
        'task',
        textField(input, 'subagent_type', 'agent', 'type') || strings.tool.task,
        textField(input, 'description', 'title'),
        false,
      )
    case 'mcp':
      return headline('mcp', mcpName(tool.name), '', false)
    case 'todo':
      return headline('todo', strings.tool.todo, '', false, todoNote(input))
    default:
      return headline('other', tool.name === '' ? strings.tool.other : tool.name, summarize(input), true)
  }
}

type Build = (icon: ToolIcon, verb: string, target: string, isMono: boolean, note?: string) => ToolHeadline

function commandHeadline(tool: ToolCall, input: ToolInput, headline: Build): ToolHeadline {
  const command = commandOf(tool, input)
  const description = textField(input, 'description')
  if (description !== '') return headline('execute', strings.tool.run, description, false)
  return headline('execute', strings.tool.run, command.split('\n', 1)[0] ?? '', true)
}

export function commandOf(tool: ToolCall, input: ToolInput = parseInput(tool.input)): string {
  return tool.command === '' ? textField(input, 'command', 'cmd', 'script') : tool.command
}

export function toolPath(tool: ToolCall, input: ToolInput = parseInput(tool.input)): string {
  return (
    tool.locations[0]?.path || tool.diffs[0]?.path || textField(input, 'file_path', 'filePath', 'path', 'notebook_path', 'file')
  )
}

function isNewFile(tool: ToolCall): boolean {
  const [first] = tool.diffs
  return tool.diffs.length === 1 && first !== undefined && first.unified === '' && first.oldText === undefined
}

/** AGT-65: `(Line 10–40)`. */
function lineRange(tool: ToolCall, input: ToolInput): string {
  const from = numberField(input, 'offset', 'start_line', 'startLine', 'line') ?? (tool.locations[0]?.line || undefined)
  const count = numberField(input, 'limit')
  const to = numberField(input, 'end_line', 'endLine') ?? (count === undefined ? undefined : (from ?? 1) + count - 1)
  if (to !== undefined) return strings.tool.lines(from ?? 1, to)
  return from !== undefined && from > 1 ? strings.tool.line(from) : ''
}

function searchNote(tool: ToolCall): string {
  if (tool.status !== ToolStatus.OK) return ''
  const lines = tool.output.split('\n').filter(line => line.trim() !== '')
  const [first = ''] = lines
  if (/^no files found/i.test(first)) return strings.tool.noFiles
  if (lines.length === 0 || /^no matches found/i.test(first)) return strings.tool.noMatches
  if (/^found \d+/i.test(first)) return first.replace(/:$/, '')
  const matched = lines.map(line => MATCH.exec(line)?.[1])
  if (matched.every(path => path !== undefined)) return strings.tool.matches(lines.length, new Set(matched).size)
  return lines.every(line => PATH.test(line)) ? strings.tool.files(lines.length) : strings.tool.results(lines.length)
}

/** `src/a.ts:12:the line`, as search programs print a match. */
const MATCH = /^([^:]+):\d+:/
/** A line that is nothing but a path. */
const PATH = /^[^\s:]*[/.][^\s:]*$/

function modeVerb(tool: ToolCall): string {
  return /exit|leave/i.test(tool.name)
    ? strings.tool.leavingPlan
    : /plan/i.test(tool.name)
      ? strings.tool.enteringPlan
      : tool.title
}

/** `mcp__server__tool` → `server / tool`. */
export function mcpName(name: string): string {
  const [, server, ...rest] = name.startsWith('mcp__') ? name.split('__') : []
  return server === undefined || rest.length === 0 ? name : `${server} / ${rest.join('__')}`
}

export interface ToolTodo {
  readonly text: string
  readonly status: 'pending' | 'in_progress' | 'completed'
}

export function toolTodos(input: ToolInput): readonly ToolTodo[] {
  const list = Array.isArray(input.todos) ? input.todos : Array.isArray(input.plan) ? input.plan : []
  return list.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    const fields = entry as ToolInput
    const text = textField(fields, 'content', 'text', 'step', 'title')
    const status = textField(fields, 'status')
    const known = status === 'completed' || status === 'in_progress' ? status : 'pending'
    return text === '' ? [] : [{ text, status: known }]
  })
}

function todoNote(input: ToolInput): string {
  const todos = toolTodos(input)
  if (todos.length === 0) return Array.isArray(input.todos) ? strings.tool.todoCleared : ''
  return `${todos.filter(todo => todo.status === 'completed').length}/${todos.length}`
}

/** AGT-75: the arguments of an unknown tool on one line. */
function summarize(input: ToolInput): string {
  return Object.entries(input)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
    .replace(/\s+/g, ' ')
    .slice(0, 200)
}

export interface NumberedLine {
  readonly number: number
  readonly text: string
}

const NUMBERED = /^\s*(\d+)(?:→|\t|: |\| )(.*)$/

/** A read result that carries line numbers, taken apart; undefined when it carries none. */
export function numberedLines(output: string): readonly NumberedLine[] | undefined {
  const body = output.replace(/\n*<system-reminder>[\s\S]*$/, '').replace(/\n$/, '')
  if (body === '') return undefined
  const lines: NumberedLine[] = []
  for (const line of body.split('\n')) {
    const match = NUMBERED.exec(line)
    if (match === null) return undefined
    lines.push({ number: Number(match[1]), text: match[2] ?? '' })
  }
  return lines
}

/** AGT-67: how a command ended, in words; undefined while it runs. */
export function commandState(tool: ToolCall): string | undefined {
  switch (tool.status) {
    case ToolStatus.OK:
      return strings.tool.success
    case ToolStatus.FAILED:
      return tool.exitCode === undefined ? strings.tool.error : strings.tool.exit(tool.exitCode)
    case ToolStatus.DENIED:
      return strings.tool.denied
    case ToolStatus.CANCELLED:
      return strings.tool.interrupted
    default:
      return undefined
  }
}
