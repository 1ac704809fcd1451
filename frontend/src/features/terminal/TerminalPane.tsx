// A terminal tab: the screen, and what lies over it while there is none.
import { createEffect, createSignal, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import { terminalPalettes } from '../../design/tokens'
import { TerminalState } from '../../gen/leapmux/worker/v1/terminal_pb'
import { EmptyState, ErrorPanel, Spinner } from '../../ui'
import type { TabPaneProps } from '../tab/tab-kind'
import { KeyRow } from './KeyRow'
import { type KeyPress, keyAction, keyRowBytes, shellName, withControl } from './model'
import { SearchBar } from './SearchBar'
import { strings } from './strings'
import styles from './TerminalPane.module.css'
import type { TerminalEngine, TerminalLook } from './terminal-engine'
import { createTerminalStore, type TerminalStore } from './terminal-store'
import { openXterm } from './xterm-engine'

const FONT_SIZE = 12

export default function TerminalPane(props: TabPaneProps) {
  const services = useServices()
  let host: HTMLDivElement | undefined
  let pane: HTMLElement | undefined
  const [engine, setEngine] = createSignal<TerminalEngine>()
  const [store, setStore] = createSignal<TerminalStore>()
  const [isFinding, setFinding] = createSignal(false)
  const [isControl, setControl] = createSignal(false)
  const isMac = /mac|iphone|ipad/i.test(navigator.platform)
  const isTouch = matchMedia('(pointer: coarse)').matches
  const fail = (text: string) => void services.toasts.show({ kind: 'danger', text })

  const look = (): TerminalLook => ({
    palette: terminalPalettes[services.preferences.resolvedTerminalTheme()],
    fontFamily: services.preferences.monoFontStack(),
    fontSize: FONT_SIZE,
  })
  const shell = () => shellName(services.tabs.get(props.tabId)?.shell ?? '')

  function type(data: string): void {
    const current = store()
    if (current === undefined) return
    if (current.isExited() && !current.isRestarting()) {
      // On an ended shell only Enter does anything (TRM-91).
      if (data === '\r') void current.restart()
      return
    }
    current.input(isControl() ? withControl(data) : data)
    setControl(false)
  }
  function onKey(event: KeyPress): boolean {
    const action = keyAction(event, isMac)
    switch (action.type) {
      case 'terminal':
        return true
      case 'send':
        type(action.data)
        return false
      case 'page':
        engine()?.scrollPages(action.pages)
        return false
      case 'copy':
        copy(engine()?.selection() ?? '')
        return false
      case 'find':
        setFinding(true)
        return false
      case 'blur':
        engine()?.blur()
        pane?.focus()
        return false
      default:
        return false
    }
  }
  function copy(text: string): void {
    // Without permission the selection simply stays on the screen.
    if (text !== '') void navigator.clipboard.writeText(text).catch(() => undefined)
  }

  onMount(() => {
    let isGone = false
    onCleanup(() => (isGone = true))
    const events = {
      onData: type,
      onBinary: (data: string) => store()?.binary(data),
      onKey,
      onSelected: copy,
    }
    void openXterm(host as HTMLDivElement, look(), services.rendererLeases, events).then(opened => {
      if (isGone) return opened.dispose()
      setEngine(opened)
      setStore(
        createTerminalStore({
          client: services.workers.get(props.workerId),
          tabId: props.tabId,
          screen: opened,
          editable: () => props.editable,
          onRestartFailed: () => fail(strings.restartFailed),
        }),
      )
    })
    const observer = new ResizeObserver(() => props.visible && store()?.fit())
    observer.observe(host as HTMLDivElement)
    onCleanup(() => {
      observer.disconnect()
      store()?.dispose()
      engine()?.dispose()
    })
  })
  createEffect(() => engine()?.setVisible(props.visible))
  createEffect(on(look, next => engine()?.setLook(next), { defer: true }))
  createEffect(() => {
    if (props.visible) store()?.fit()
  })
  const focus = () => {
    if (!isTouch) engine()?.focus()
  }
  // Untracked: giving the focus runs everybody's handlers, and what they read must not bring it back here.
  createEffect(
    on([() => props.focused, engine], ([focused, opened]) => {
      const isInside = pane?.contains(document.activeElement) === true && document.activeElement !== pane
      if (focused && opened !== undefined && !isInside) focus()
    }),
  )
  createEffect(on(services.view.focusRequest, () => props.focused && focus(), { defer: true }))

  const state = () => store()?.status()?.state
  const isWaiting = () =>
    store() === undefined || ((state() === undefined || state() === TerminalState.STARTING) && store()?.hasContent() !== true)
  const isOffline = () => store() !== undefined && store()?.isConnected() === false

  return (
    <section
      class={styles.pane}
      ref={pane}
      tabindex="-1"
      aria-label={strings.region}
      data-offline={isOffline() ? '' : undefined}
      data-theme={services.preferences.resolvedTerminalTheme()}
      onFocusIn={() => store()?.fit()}
    >
      <div class={styles.screen} ref={host} />
      <Switch>
        <Match when={store()?.failure()?.code === 'not_found'}>
          <div class={styles.cover}>
            <EmptyState text={strings.missing} />
          </div>
        </Match>
        <Match when={store()?.failure()}>
          {error => (
            <div class={styles.cover}>
              <ErrorPanel title={strings.unavailable} text={error().message} />
            </div>
          )}
        </Match>
        <Match when={state() === TerminalState.FAILED}>
          <div class={styles.cover}>
            <ErrorPanel
              title={strings.failedToStart}
              text={store()?.status()?.failure}
              action={{ label: strings.retry, run: () => void store()?.restart() }}
            />
          </div>
        </Match>
        <Match when={isOffline()}>
          <p class={styles.badge} role="status">
            {strings.disconnected}
          </p>
        </Match>
        <Match when={store()?.isRestarting()}>
          <p class={styles.badge} role="status">
            {strings.restarting}
          </p>
        </Match>
        <Match when={isWaiting()}>
          <div class={styles.cover} role="status">
            <Spinner size={18} label="" />
            {strings.starting(shell())}
          </div>
        </Match>
        <Match when={!props.editable}>
          <p class={styles.badge} role="status">
            {strings.readOnly}
          </p>
        </Match>
      </Switch>
      <Show when={store()?.isExited()}>
        <p class="visually-hidden" role="status">
          {strings.exited}
        </p>
      </Show>
      <Show when={isFinding()}>
        <SearchBar engine={engine()} onClose={() => setFinding(false)} />
      </Show>
      <Show when={isTouch && props.editable}>
        <KeyRow
          isControl={isControl()}
          onControl={() => setControl(isOn => !isOn)}
          onKey={key => type(keyRowBytes(key, engine()?.isApplicationCursor() === true))}
        />
      </Show>
    </section>
  )
}
