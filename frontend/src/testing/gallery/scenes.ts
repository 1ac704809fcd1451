// What each view of the gallery shows.
import type { MessageInitShape } from '@bufbuild/protobuf'
import { AgentState, type AgentStatus, type AgentStatusSchema, type Item } from '../../gen/leapmux/worker/v1/agent_pb'
import { agentMethods as api } from '../../rpc/methods'
import { item, textItem, userItem } from '../agent-items'
import type { FakeWorker } from '../fake-worker'
import { transcript } from './transcript'

const OPTIONS = [
  {
    id: 'model',
    label: 'Model',
    current: 'opus',
    mutable: true,
    values: [
      { value: 'opus', label: 'Opus', description: 'Most capable' },
      { value: 'sonnet', label: 'Sonnet' },
      { value: 'haiku', label: 'Haiku' },
    ],
  },
  {
    id: 'effort',
    label: 'Effort',
    current: '',
    mutable: true,
    values: [
      { value: '', label: 'Auto' },
      { value: 'high', label: 'High' },
    ],
  },
  {
    id: 'permissionMode',
    label: 'Permission Mode',
    current: 'default',
    mutable: true,
    values: [
      { value: 'default', label: 'Default' },
      { value: 'plan', label: 'Plan Mode' },
      { value: 'bypassPermissions', label: 'Bypass Permissions' },
    ],
  },
  {
    id: 'outputStyle',
    label: 'Output Style',
    current: 'default',
    mutable: false,
    values: [{ value: 'default', label: 'Default' }],
  },
]

type Status = Omit<Partial<AgentStatus>, '$typeName' | 'options' | 'usage'> &
  Pick<MessageInitShape<typeof AgentStatusSchema>, 'options' | 'usage'>
const STATUS: Status = {
  state: AgentState.IDLE,
  provider: 'claude',
  workingDir: '/home/ada/project',
  nativeSessionId: '3f6c0b1e-77a1-4d0e-9a35-0c6d3fd0c2aa',
  cliVersion: '2.1.329',
  options: OPTIONS,
  usage: { contextUsed: 84_000n, contextSize: 200_000n, inputTokens: 120_000n, outputTokens: 9000n, cost: 0.42 },
}

const PERMISSION = item(900, {
  case: 'permission',
  value: {
    title: 'Permission Required: Bash',
    kind: 'tool',
    toolName: 'Bash',
    reason: 'Remove the build output before compiling again',
    command: 'rm -rf target/debug/deps && cargo build --workspace',
    acceptsFeedback: true,
    options: [
      { id: 'allow', label: 'Allow', role: 'allow_once' },
      { id: 's0', label: 'Always allow cargo build', role: 'allow_always' },
      { id: 'deny', label: 'Reject', role: 'deny' },
      { id: 'stop', label: 'Reject and stop', role: 'deny_and_stop' },
    ],
  },
})
const PLAN = item(901, {
  case: 'permission',
  value: {
    title: 'Plan Ready for Review',
    kind: 'plan',
    plan: '# Fix the parser\n\n1. Change the loop in `load`\n2. Add a test for the last record\n3. Run `cargo test`\n\nNo public API changes.',
    acceptsFeedback: true,
    options: [
      { id: 'allow', label: 'Approve', role: 'allow_once' },
      { id: 'deny', label: 'Reject', role: 'deny' },
    ],
  },
})
const QUESTION = item(902, {
  case: 'question',
  value: {
    questions: [
      {
        id: 'q1',
        header: 'Tests',
        text: 'Which kind of test do you want?',
        options: [
          { id: 'a', label: 'Unit test', description: 'Fast, beside the source' },
          { id: 'b', label: 'Integration test', description: 'Through the command line' },
        ],
      },
      {
        id: 'q2',
        text: 'What else?',
        multi: true,
        options: [
          { id: 'c', label: 'Update the changelog' },
          { id: 'd', label: 'Bump the version' },
        ],
      },
    ],
  },
})

export async function agentScenes(view: string, worker: FakeWorker): Promise<void> {
  const show = (items: readonly Item[], status: Status = {}, hasEarlier = false) =>
    worker.emit(api.watch, {
      event: { case: 'snapshot', value: { items: [...items], status: { ...STATUS, ...status }, hasEarlier } },
    })
  const waiting = (request: Item, ...more: Item[]) =>
    show([...transcript().slice(0, 7), request, ...more], {
      state: AgentState.WAITING,
      pendingRequestIds: [request, ...more].map(each => each.itemId),
      turnStartedMs: BigInt(Date.now() - 8000),
    })
  switch (view) {
    case 'starting':
      return show([], { state: AgentState.STARTING, phase: 'Starting Claude Code…' })
    case 'failed':
      return show([], {
        state: AgentState.START_FAILED,
        failure: 'claude: error: not logged in\nRun `claude login` and try again.',
      })
    case 'empty':
      return show([])
    case 'loading':
      return
    case 'permission':
      return waiting(PERMISSION, QUESTION)
    case 'plan':
      return waiting(PLAN)
    case 'question':
      return waiting(QUESTION)
    case 'running':
      return show(transcript().slice(0, 16), {
        state: AgentState.RUNNING,
        turnStartedMs: BigInt(Date.now() - 65_000),
        thinkingTokens: 2345n,
      })
    case 'long':
      return longTranscript(worker, show)
    default:
      return show(transcript())
  }
}

const TOTAL = 100_000
const PAGE = 50

/** A transcript of 100,000 items that is only ever made a page at a time. */
async function longTranscript(
  worker: FakeWorker,
  show: (items: readonly Item[], status: Status, hasEarlier: boolean) => Promise<void>,
) {
  const make = (at: number): Item =>
    at % 10 === 0
      ? userItem(at, `Question ${at}`)
      : textItem(at, `Answer **${at}**.\n\n${'Some words that fill a line or two. '.repeat((at * 7) % 9)}`)
  const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, index) => make(from + index))
  worker.on(api.history, request => {
    const { anchor, limit } = request
    const count = limit || PAGE
    if (anchor.case === 'beforePosition') {
      const end = Number(anchor.value)
      return { items: range(Math.max(1, end - count), end), hasEarlier: end - count > 1, hasLater: true }
    }
    if (anchor.case === 'afterPosition') {
      const start = Number(anchor.value) + 1
      return { items: range(start, Math.min(TOTAL + 1, start + count)), hasEarlier: true, hasLater: start + count <= TOTAL }
    }
    return { items: range(TOTAL - count + 1, TOTAL + 1), hasEarlier: true, hasLater: false }
  })
  await show(range(TOTAL - PAGE + 1, TOTAL + 1), {}, true)
}
