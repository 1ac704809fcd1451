// A whole session over fakes, with a Worker that has something to show.
import { createSignal } from 'solid-js'
import type { AppSession, WorkerKeyChange } from '../app/session-port'
import type { WorkspaceView } from '../core/ports'
import { openAgent, openTerminal } from '../features/new-tab/new-tab-api'
import { closeTab, renameTab, watchTabs } from '../features/tab/tab-api'
import { listDirectory, listProviders, listShells, systemInfo } from '../features/worker/worker-api'
import { EntryKind } from '../gen/leapmux/worker/v1/file_pb'
import { TabKind, TabState } from '../gen/leapmux/worker/v1/tab_pb'
import { WorkerError } from '../rpc/ports'
import { createFakeLayout, type FakeLayout } from './fake-layout'
import { createFakeWorker, type FakeWorker } from './fake-worker'

const WORKER = 'wrk_local'
const tab = (id: string, kind: 'agent' | 'terminal', tileId: string) => ({ id, kind, workerId: WORKER, tileId })

const WORKSPACES: readonly WorkspaceView[] = [
  {
    id: 'ws_1',
    title: 'Quiet Harbor Finch',
    ownerUserId: 'usr_1',
    editable: true,
    windows: [],
    root: {
      type: 'split',
      id: 'split_root',
      direction: 'vertical',
      ratios: [0.56, 0.44],
      children: [
        {
          type: 'leaf',
          id: 'tile_a',
          tabs: [tab('tab_1', 'agent', 'tile_a'), tab('tab_2', 'agent', 'tile_a'), tab('tab_3', 'terminal', 'tile_a')],
        },
        {
          type: 'split',
          id: 'split_right',
          direction: 'horizontal',
          ratios: [0.5, 0.5],
          children: [
            { type: 'leaf', id: 'tile_b', tabs: [tab('tab_4', 'terminal', 'tile_b'), tab('tab_5', 'agent', 'tile_b')] },
            { type: 'leaf', id: 'tile_c', tabs: [] },
          ],
        },
      ],
    },
  },
  {
    id: 'ws_2',
    title: 'A workspace whose title is rather long for a sidebar',
    ownerUserId: 'usr_1',
    editable: true,
    windows: [],
    root: { type: 'leaf', id: 'tile_d', tabs: [tab('tab_6', 'agent', 'tile_d')] },
  },
  { id: 'ws_3', title: '', ownerUserId: 'usr_1', editable: true, windows: [], root: { type: 'leaf', id: 'tile_e', tabs: [] } },
]

const info = (tabId: string, kind: TabKind, title: string, state: TabState, more: object = {}) => ({
  tabId,
  workspaceId: 'ws_1',
  kind,
  title,
  state,
  provider: kind === TabKind.AGENT ? 'claude' : '',
  workingDir: '/home/ada/src/leapmux',
  attention: 0n,
  ...more,
})
const TABS = [
  info('tab_1', TabKind.AGENT, 'Agent Ada', TabState.RUNNING),
  info('tab_2', TabKind.AGENT, 'Agent Grace with a long and telling name', TabState.WAITING, { attention: 3n }),
  info('tab_3', TabKind.TERMINAL, 'Terminal Linus', TabState.READY),
  info('tab_4', TabKind.TERMINAL, 'cargo test', TabState.EXITED),
  info('tab_5', TabKind.AGENT, 'Agent Edsger', TabState.FAILED, { provider: 'opencode' }),
  info('tab_6', TabKind.AGENT, 'Agent Barbara', TabState.READY, { workspaceId: 'ws_2' }),
]

const TREE: Record<string, readonly string[]> = {
  '/': ['etc', 'home', 'srv', 'usr', 'var'],
  '/home': ['ada'],
  '/home/ada': ['documents', 'notes', 'src'],
  '/home/ada/src': ['compiler', 'leapmux', 'website'],
  '/home/ada/src/leapmux': ['crates', 'docs', 'frontend', 'proto'],
}

function answerCalls(worker: FakeWorker): void {
  worker.on(systemInfo, () => ({
    name: 'build-box',
    version: '0.1.0',
    os: 'linux',
    arch: 'x86_64',
    homeDir: '/home/ada',
    commit: 'abc1234',
  }))
  worker.on(listShells, () => ({ shells: ['/usr/bin/zsh', 'sh', 'bash', 'fish'], defaultShell: '/usr/bin/zsh' }))
  worker.on(listProviders, () => ({
    providers: [
      { id: 'claude', label: 'Claude Code', installed: true, version: '2.1.4' },
      { id: 'opencode', label: 'OpenCode', installed: true, version: '1.0.2' },
      { id: 'reasonix', label: 'Reasonix', installed: true, version: '0.9.0' },
      { id: 'codex', label: 'Codex', installed: false },
    ],
  }))
  worker.on(listDirectory, ({ path }) => {
    const absolute = path.startsWith('~') ? `/home/ada${path.slice(1)}` : path
    const names = TREE[absolute] ?? (TREE[absolute.slice(0, absolute.lastIndexOf('/')) || '/'] ? [] : undefined)
    if (!names) throw new WorkerError('not_found', `there is no directory ${absolute}`)
    return { path: absolute, entries: names.map(name => ({ name, kind: EntryKind.DIRECTORY })) }
  })
  worker.on(openAgent, request => ({ title: 'Agent Marie', workingDir: request.workingDir }))
  worker.on(openTerminal, request => ({ title: 'Terminal Ken', shell: '/usr/bin/zsh', workingDir: request.workingDir }))
  worker.on(renameTab, request => ({ title: request.title }))
  worker.on(closeTab, () => ({}))
  worker.onWatch(method => {
    if (method === watchTabs.name) void worker.emit(watchTabs, { event: { case: 'snapshot', value: { tabs: TABS } } })
  })
}

export interface FakeSession extends AppSession {
  readonly layout: FakeLayout
  readonly worker: FakeWorker
  showKeyChange(): void
}

export function createFakeSession(workspaces: readonly WorkspaceView[] = WORKSPACES): FakeSession {
  const worker = createFakeWorker(WORKER)
  answerCalls(worker)
  const [keyChange, setKeyChange] = createSignal<WorkerKeyChange>()
  const [workers] = createSignal([{ id: WORKER, ownerUserId: 'usr_1', online: true, local: true }])
  return {
    mode: 'solo',
    version: '0.1.0',
    user: { id: 'usr_1', username: 'solo', displayName: 'solo', admin: true },
    organization: { id: 'org_1', slug: 'solo', personal: true },
    account: undefined,
    organizations: undefined,
    registration: undefined,
    maxMessageSize: 16 * 1024 * 1024,
    apiTimeoutMs: 15_000,
    agentStartupTimeoutMs: 300_000,
    layout: createFakeLayout(workspaces),
    workers: { get: () => worker },
    workerList: { workers, refresh: async () => undefined },
    keyChange,
    close: () => undefined,
    worker,
    showKeyChange: () =>
      void setKeyChange({
        workerId: WORKER,
        expected: 'copper meadow violin anchor',
        actual: 'signal harvest tundra oak',
        accept: () => setKeyChange(undefined),
        reject: () => setKeyChange(undefined),
      }),
  }
}
