// One terminal tab: follows its output, sends what is typed, and keeps the size in one hand.
import { createEffect, createRoot, createSignal, on } from 'solid-js'
import {
  type TerminalEvent,
  type TerminalRedraw,
  TerminalState,
  type TerminalStatus,
} from '../../gen/leapmux/worker/v1/terminal_pb'
import { terminalMethods as api } from '../../rpc/methods'
import type { MessageSink, WorkerClient, WorkerError } from '../../rpc/ports'
import { isReply } from './model'
import type { TerminalScreen, TerminalSize } from './terminal-engine'
import { createWriteGate } from './write-gate'

export interface TerminalStorePorts {
  readonly client: WorkerClient
  readonly tabId: string
  readonly screen: TerminalScreen
  /** The caller may type and sets the size. */
  readonly editable: () => boolean
  /** Tells that a restart failed. */
  onRestartFailed(): void
}

export type TerminalStore = ReturnType<typeof openTerminalStore>

export function createTerminalStore(ports: TerminalStorePorts): TerminalStore {
  return createRoot(dispose => openTerminalStore(ports, dispose))
}

const encoder = new TextEncoder()
/** Characters kept of what is typed while a shell starts again. */
const TYPED_AHEAD_MAX = 4096

function openTerminalStore(ports: TerminalStorePorts, dispose: () => void) {
  const { client, tabId, screen } = ports
  const [status, setStatus] = createSignal<TerminalStatus>()
  const [failure, setFailure] = createSignal<WorkerError>()
  const [hasContent, setContent] = createSignal(false)
  const [isRestarting, setRestarting] = createSignal(false)
  const gate = createWriteGate((data, parsed) => screen.write(data, parsed))
  /** The first byte that has not been handed to the view. */
  let offset: bigint | undefined
  let sink: MessageSink<typeof api.input.input> | undefined
  /** The size the Worker was told, or told us. */
  let agreed: TerminalSize | undefined
  /** The PTY has our size: then our view answers programs, and only ours. */
  let holdsSize = false
  /** Typed while the shell starts again: it gets that as its first input. */
  let typedAhead = ''
  /** A redraw is history: nothing in it asks us. */
  let isRedrawing = false

  async function redraw(event: TerminalRedraw): Promise<void> {
    isRedrawing = true
    screen.reset()
    if (event.cols > 0 && event.rows > 0) {
      agreed = { cols: event.cols, rows: event.rows }
      screen.resize(agreed)
    }
    offset = event.offset
    void gate.write(event.data)
    await gate.drained()
    isRedrawing = false
    if (event.data.length > 0) setContent(true)
    fit()
  }

  function output(start: bigint, data: Uint8Array): Promise<void> | undefined {
    const known = offset ?? start
    const skip = known > start ? Number(known - start) : 0
    if (skip >= data.length) return undefined
    offset = start + BigInt(data.length)
    setContent(true)
    return gate.write(skip === 0 ? data : data.subarray(skip))
  }

  function receive({ event }: TerminalEvent): Promise<void> | undefined {
    switch (event.case) {
      case 'redraw':
        return redraw(event.value)
      case 'output':
        return output(event.value.offset, event.value.data)
      case 'resized':
        resized(event.value)
        return undefined
      case 'status':
        setStatus(event.value)
        if (event.value.state !== TerminalState.STARTING) restarted(event.value.state === TerminalState.READY)
        return undefined
      default:
        return undefined
    }
  }

  /** Another client has set the size: show it as it is until we are asked for ours again. */
  function resized(size: TerminalSize): void {
    const isOurs = agreed !== undefined && isSame(agreed, size)
    if (isOurs) return
    agreed = { cols: size.cols, rows: size.rows }
    holdsSize = false
    screen.resize(agreed)
  }

  function restarted(isRunning: boolean): void {
    const typed = typedAhead
    typedAhead = ''
    setRestarting(false)
    if (isRunning && typed !== '') sendMessage({ case: 'data', value: encoder.encode(typed) })
  }

  const isLive = () => status()?.state === TerminalState.READY && client.state().kind === 'connected'

  /** Fits the view to its element, and tells the Worker when that makes another size. */
  function fit(): void {
    const size = screen.fittingSize()
    if (size === undefined) return
    // A watcher shows the terminal in the size its owner gave it.
    if (!ports.editable()) return
    if (!isSame(screen.size(), size)) screen.resize(size)
    if (!isLive()) return
    holdsSize = true
    if (agreed !== undefined && isSame(agreed, size)) return
    agreed = size
    sendMessage({ case: 'resize', value: size })
  }

  function sendMessage(input: { case: 'data'; value: Uint8Array } | { case: 'resize'; value: TerminalSize }): void {
    // A stream the Worker has ended is opened again; without a channel what is typed is dropped, as a hanging terminal would.
    for (let attempt = sink === undefined ? 1 : 0; attempt < 2; attempt += 1) {
      try {
        const isFirst = sink === undefined
        sink ??= client.openSink(api.input)
        sink.send(isFirst ? { tabId, input } : { input })
        return
      } catch {
        sink = undefined
      }
    }
  }

  const stop = client.watch(api.attach, {
    request: () => (offset === undefined ? { tabId } : { tabId, fromOffset: offset }),
    onEvent: receive,
    onFailed: error => setFailure(() => error),
  })
  createEffect(
    on(client.state, state => {
      if (state.kind === 'connected') return
      sink = undefined
      holdsSize = false
    }),
  )
  createEffect(on(isLive, live => live && fit()))

  return {
    status,
    failure,
    /** Something has been drawn since the pane opened. */
    hasContent,
    isRestarting,
    isConnected: () => client.state().kind === 'connected',
    isExited: () => status()?.state === TerminalState.EXITED,
    /** Bytes the view made of keys, pastes and programs' questions. */
    input(data: string): void {
      if (!ports.editable()) return
      if (isRestarting() && !isReply(data)) typedAhead = (typedAhead + data).slice(0, TYPED_AHEAD_MAX)
      if (isRestarting() || !isLive()) return
      if (isReply(data) && (isRedrawing || !holdsSize)) return
      sendMessage({ case: 'data', value: encoder.encode(data) })
    },
    /** One byte per character. */
    binary(data: string): void {
      if (!ports.editable() || !isLive()) return
      sendMessage({ case: 'data', value: Uint8Array.from(data, character => character.charCodeAt(0) & 0xff) })
    },
    fit,
    /** Starts an ended shell again; pressing Enter twice starts one. It is over when the Worker tells the new state. */
    async restart(): Promise<void> {
      if (!ports.editable() || isRestarting() || client.state().kind !== 'connected') return
      setRestarting(true)
      try {
        const size = screen.fittingSize() ?? screen.size()
        agreed = size
        await client.call(api.restart, { tabId, cols: size.cols, rows: size.rows })
      } catch {
        restarted(false)
        ports.onRestartFailed()
      }
    },
    dispose(): void {
      stop()
      sink?.close()
      dispose()
    },
  }
}

function isSame(left: TerminalSize, right: TerminalSize): boolean {
  return left.cols === right.cols && left.rows === right.rows
}
