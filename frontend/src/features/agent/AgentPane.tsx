// An agent tab: start-up and failure, the conversation, requests, the composer.
import { createEffect, createMemo, createSignal, lazy, Match, onCleanup, onMount, Show, Suspense, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import { AgentState } from '../../gen/leapmux/worker/v1/agent_pb'
import { EmptyState, ErrorPanel, Skeleton, Spinner } from '../../ui'
import { ApprovalBanner, createApprovalStore } from '../approval'
import type { DiffLayout } from '../diff'
import type { TabPaneProps } from '../tab/tab-kind'
import { AgentAnnouncer } from './AgentAnnouncer'
import { AgentNotice } from './AgentNotice'
import styles from './AgentPane.module.css'
import { AgentContext, type AgentContextValue } from './agent-context'
import { ChatList } from './ChatList'
import { strings } from './strings'

/** The editor is heavier than the conversation: what is there to read is shown without waiting for it. */
const Composer = lazy(async () => ({ default: (await import('../composer/Composer')).Composer }))

/** Below this width a diff has one column whatever the preference says. */
const SPLIT_MIN_WIDTH = 720

export default function AgentPane(props: TabPaneProps) {
  const services = useServices()
  const store = services.agents.acquire(props.workerId, props.tabId)
  onCleanup(() => services.agents.release(props.tabId))
  const [pane, setPane] = createSignal<HTMLElement>()
  const width = createWidth(pane)
  const [diffLayouts, setDiffLayouts] = createSignal<ReadonlyMap<string, DiffLayout>>(new Map())

  const provider = createMemo(() => store.status()?.provider || services.tabs.get(props.tabId)?.provider || '')
  const providerLabel = () =>
    services.workerDirectory.provider(props.workerId, provider())?.label ?? (provider() || strings.agentFallback)
  const state = () => store.status()?.state
  const hasRows = () => store.rows().length > 0 || store.outbox().length > 0
  const fail = (text: string) => void services.toasts.show({ kind: 'danger', text })

  const approval = createApprovalStore({
    agent: store,
    storage: services.storage,
    clearDraft: id => services.drafts.edit(id, ''),
    restoreDraft: (id, text) => services.drafts.edit(id, text),
    releaseDraft(id) {
      const rest = services.drafts.take(id)
      const written = services.drafts.draft(props.tabId).text()
      if (rest !== '') services.drafts.edit(props.tabId, written === '' ? rest : `${written}\n${rest}`)
    },
    fail,
  })

  const context: AgentContextValue = {
    store,
    providerLabel,
    directories: createMemo(() => ({
      workingDir: store.status()?.workingDir ?? '',
      homeDir: services.workerDirectory.info(props.workerId).data()?.homeDir ?? '',
    })),
    expandThinking: () => services.preferences.expandThinking(),
    editable: () => props.editable,
    diffLayout: id => (width() < SPLIT_MIN_WIDTH ? 'unified' : (diffLayouts().get(id) ?? services.preferences.diffView())),
    setDiffLayout: (id, layout) => void setDiffLayouts(known => new Map(known).set(id, layout)),
    quote: text => services.drafts.insert(props.tabId, { text, mode: 'block' }),
    copy: text =>
      void navigator.clipboard.writeText(text).then(
        () => services.toasts.show({ kind: 'success', text: strings.copied }),
        () => fail(strings.copyFailed),
      ),
    fail,
  }
  const unreachable = () => {
    const connection = store.client.state()
    return connection.kind === 'waiting' || connection.kind === 'refused' ? connection.reason : undefined
  }
  const start = () => void store.start().catch(() => fail(strings.startFailed))
  createEffect(() => store.setVisible(props.visible))

  return (
    <AgentContext.Provider value={context}>
      <section class={styles.pane} ref={setPane}>
        <Switch
          fallback={
            <Show when={hasRows()} fallback={<EmptyState text={strings.empty} />}>
              <ChatList visible={props.visible} position={store.position()} onLeave={store.setPosition} />
            </Show>
          }
        >
          <Match when={store.failure()?.code === 'not_found'}>
            <EmptyState text={strings.missing} />
          </Match>
          <Match when={!store.isLoaded() && store.failure()}>
            {error => <ErrorPanel title={strings.unavailable} text={error().message} />}
          </Match>
          <Match when={!store.isLoaded() && unreachable()}>
            {reason => (
              <div class={styles.center}>
                <ErrorPanel
                  title={strings.unreachable}
                  text={reason()}
                  action={{ label: strings.reconnect, run: () => store.client.reconnect() }}
                />
              </div>
            )}
          </Match>
          <Match when={!store.isLoaded()}>
            <div class={styles.skeleton}>
              <Skeleton widths={['40%', '92%', '88%', '64%', '80%', '30%']} />
            </div>
          </Match>
          <Match when={state() === AgentState.START_FAILED && !hasRows()}>
            <div class={styles.center}>
              <ErrorPanel
                title={strings.failedToStart(providerLabel())}
                text={store.status()?.failure}
                action={{ label: strings.retry, run: start }}
              />
            </div>
          </Match>
          <Match when={state() === AgentState.STARTING && !hasRows()}>
            <div class={styles.starting} role="status">
              <Spinner size={18} label="" />
              {store.status()?.phase || strings.starting(providerLabel())}
            </div>
          </Match>
        </Switch>
        <AgentNotice hasRows={hasRows()} onStart={start} />
        <Show when={store.failure()?.code !== 'not_found'}>
          <ApprovalBanner
            approval={approval}
            store={store}
            workerId={props.workerId}
            provider={provider()}
            editable={props.editable}
          />
          <Suspense fallback={<div class={styles.composerPlace} />}>
            <Composer
              tabId={props.tabId}
              workerId={props.workerId}
              store={store}
              provider={provider()}
              providerLabel={providerLabel()}
              role={approval.composerRole()}
              hasRequest={approval.request() !== undefined}
              editable={props.editable}
              focused={props.focused}
              dropTarget={pane()}
            />
          </Suspense>
        </Show>
        <AgentAnnouncer tabId={props.tabId} />
      </section>
    </AgentContext.Provider>
  )
}

function createWidth(element: () => HTMLElement | undefined): () => number {
  const [width, setWidth] = createSignal(0)
  onMount(() => {
    const target = element()
    if (target === undefined) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0))
    observer.observe(target)
    onCleanup(() => observer.disconnect())
  })
  return width
}
