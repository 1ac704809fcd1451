import { describe, expect, it } from 'vitest'
import { TerminalState } from '../../gen/leapmux/worker/v1/terminal_pb'
import { terminalMethods as api } from '../../rpc/methods'
import { WorkerError } from '../../rpc/ports'
import { createFakeWorker } from '../../testing/fake-worker'
import { isReply, type KeyPress, keyAction, keyRowBytes, shellName, withControl } from './model'
import { createRendererLeases, MAX_LEASES } from './renderer-leases'
import type { TerminalSize } from './terminal-engine'
import { createTerminalStore } from './terminal-store'
import { createWriteGate, HIGH_WATER, LOW_WATER } from './write-gate'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (data: unknown) => new TextDecoder().decode(data as Uint8Array)

function setUp(options: { editable?: boolean } = {}) {
  const worker = createFakeWorker()
  const drawn: string[] = []
  let size: TerminalSize = { cols: 80, rows: 25 }
  let fitting: TerminalSize = { cols: 100, rows: 30 }
  const failures: string[] = []
  const store = createTerminalStore({
    client: worker,
    tabId: 'tab_1',
    screen: {
      write(data, parsed) {
        drawn.push(text(data))
        parsed()
      },
      reset: () => void drawn.push('<reset>'),
      resize: next => {
        size = next
        drawn.push(`<${next.cols}x${next.rows}>`)
      },
      size: () => size,
      fittingSize: () => fitting,
    },
    editable: () => options.editable ?? true,
    onRestartFailed: () => void failures.push('restart'),
  })
  const emit = (event: Parameters<typeof worker.emit<typeof api.attach.input, typeof api.attach.output>>[1]['event']) =>
    worker.emit(api.attach, { event: event as never })
  const ready = () => emit({ case: 'status', value: { state: TerminalState.READY } })
  const output = (offset: number, data: string) => emit({ case: 'output', value: { offset: BigInt(offset), data: bytes(data) } })
  const sent = () =>
    worker.sunk.map(({ message }) => {
      const input = message.input as { case: string; value: unknown }
      const value = input.value as TerminalSize
      return input.case === 'data' ? text(input.value) : `${value.cols}x${value.rows}`
    })
  return { worker, store, drawn, emit, ready, output, sent, failures, setFitting: (next: TerminalSize) => (fitting = next) }
}

describe('output', () => {
  it('asks for a redraw first and afterwards for what it has not drawn', async () => {
    const { worker, emit, output, drawn } = setUp()
    expect(worker.watches[0]?.request()).toEqual({ tabId: 'tab_1' })
    await emit({ case: 'redraw', value: { offset: 100n, data: bytes('screen'), cols: 80, rows: 25 } })
    await output(100, 'abc')
    expect(worker.watches[0]?.request()).toEqual({ tabId: 'tab_1', fromOffset: 103n })
    expect(drawn.filter(entry => !entry.startsWith('<1'))).toEqual(['<reset>', '<80x25>', 'screen', 'abc'])
  })

  it('draws nothing twice when pieces overlap', async () => {
    const { emit, output, drawn } = setUp()
    await emit({ case: 'redraw', value: { offset: 10n, cols: 80, rows: 25 } })
    drawn.length = 0
    await output(10, 'abc')
    await output(11, 'bcd')
    await output(10, 'abcd')
    expect(drawn).toEqual(['abc', 'd'])
  })
})

describe('size', () => {
  it('tells the Worker only when it changes, and only while the shell runs', async () => {
    const { store, emit, ready, sent, setFitting } = setUp()
    await emit({ case: 'redraw', value: { offset: 0n, cols: 80, rows: 25 } })
    expect(sent()).toEqual([])
    await ready()
    store.fit()
    store.fit()
    setFitting({ cols: 90, rows: 30 })
    store.fit()
    expect(sent()).toEqual(['100x30', '90x30'])
    await emit({ case: 'status', value: { state: TerminalState.EXITED } })
    setFitting({ cols: 70, rows: 30 })
    store.fit()
    expect(sent()).toHaveLength(2)
  })

  it('takes the size of another client until it fits again', async () => {
    const { store, emit, ready, sent, drawn } = setUp()
    await emit({ case: 'redraw', value: { offset: 0n, cols: 100, rows: 30 } })
    await ready()
    await emit({ case: 'resized', value: { cols: 60, rows: 20 } })
    expect(drawn.at(-1)).toBe('<60x20>')
    store.input('\u001b[3;4R')
    expect(sent()).toEqual([])
    store.fit()
    store.input('\u001b[3;4R')
    expect(sent()).toEqual(['100x30', '\u001b[3;4R'])
  })

  it('is never set by a reader, who cannot type either', async () => {
    const { store, emit, ready, sent } = setUp({ editable: false })
    await emit({ case: 'redraw', value: { offset: 0n, cols: 80, rows: 25 } })
    await ready()
    store.fit()
    store.input('x')
    expect(sent()).toEqual([])
  })
})

describe('input', () => {
  it('names the tab once per stream and opens a new stream after a lost channel', async () => {
    const { worker, store, ready, sent } = setUp()
    await ready()
    worker.sunk.length = 0
    store.input('a')
    worker.setState({ kind: 'connecting' })
    store.input('lost')
    worker.setState({ kind: 'connected' })
    await ready()
    store.input('b')
    expect(sent().filter(entry => !entry.includes('x'))).toEqual(['a', 'b'])
    expect(worker.sunk.at(-1)?.message.tabId === 'tab_1' || worker.sunk.at(-2)?.message.tabId === 'tab_1').toBe(true)
  })

  it('is dropped unless the shell runs', async () => {
    const { store, emit, sent } = setUp()
    await emit({ case: 'status', value: { state: TerminalState.EXITED, exitCode: 0 } })
    store.input('x')
    expect(sent()).toEqual([])
  })
})

describe('restart', () => {
  it('asks once, with the size, and says when it failed', async () => {
    const { worker, store, failures, ready } = setUp()
    worker.on(api.restart, () => ({}))
    await Promise.all([store.restart(), store.restart()])
    await ready()
    expect(worker.calls.map(call => [call.request.cols, call.request.rows])).toEqual([[100, 30]])
    worker.on(api.restart, () => {
      throw new WorkerError('failed_precondition', 'still running')
    })
    await store.restart()
    expect(failures).toEqual(['restart'])
  })

  it('keeps what is typed until the new shell runs, and drops it when none does', async () => {
    const { worker, store, emit, ready, sent } = setUp()
    await emit({ case: 'status', value: { state: TerminalState.EXITED } })
    worker.on(api.restart, () => ({}))
    await store.restart()
    store.input('echo ')
    await emit({ case: 'status', value: { state: TerminalState.STARTING } })
    store.input('hi')
    expect(sent()).toEqual([])
    await ready()
    expect(sent().filter(each => !/^\d+x/.test(each))).toEqual(['echo hi'])
    worker.on(api.restart, () => {
      throw new WorkerError('failed_precondition', 'still running')
    })
    const again = store.restart()
    store.input('lost')
    await again
    expect(sent()).not.toContain('lost')
  })
})

describe('write gate', () => {
  it('lets output through until too much is unparsed and resumes when little is left', async () => {
    const parsed: (() => void)[] = []
    const gate = createWriteGate((_, done) => void parsed.push(done))
    const piece = new Uint8Array(LOW_WATER)
    for (let size = 0; size < HIGH_WATER; size += piece.length) expect(gate.write(piece)).toBeUndefined()
    let isOpen = false
    const wait = gate.write(piece)?.then(() => (isOpen = true))
    for (let index = 0; index < 4; index += 1) {
      parsed.shift()?.()
      await Promise.resolve()
    }
    expect(isOpen).toBe(false)
    parsed.shift()?.()
    await wait
    expect(isOpen).toBe(true)
  })
})

describe('keys', () => {
  const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
    type: 'keydown',
    key,
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    defaultPrevented: false,
    ...more,
  })

  it('go to the shell unless they are for the page', () => {
    expect(keyAction(press('c', { ctrlKey: true }), false)).toEqual({ type: 'terminal' })
    expect(keyAction(press('x', { defaultPrevented: true }), false)).toEqual({ type: 'leave' })
    expect(keyAction(press('V', { ctrlKey: true, shiftKey: true }), false)).toEqual({ type: 'leave' })
    expect(keyAction(press('PageUp', { altKey: true }), false)).toEqual({ type: 'page', pages: -1 })
    expect(keyAction(press('ArrowLeft', { metaKey: true }), true)).toEqual({ type: 'send', data: '\u0001' })
    expect(keyAction(press('ArrowRight', { altKey: true }), true)).toEqual({ type: 'send', data: '\u001bf' })
    expect(keyAction(press('k', { metaKey: true }), true)).toEqual({ type: 'leave' })
  })

  it('of the touch row know the cursor mode and Ctrl', () => {
    expect(keyRowBytes('ArrowUp', true)).toBe('\u001bOA')
    expect(keyRowBytes('ArrowUp', false)).toBe('\u001b[A')
    expect(withControl('c')).toBe('\u0003')
    expect(withControl('ab')).toBe('ab')
  })
})

it('tells answers to programs from typing', () => {
  for (const reply of [
    '\u001b[?1;2c',
    '\u001b[>0;276;0c',
    '\u001b[0n',
    '\u001b[3;4R',
    '\u001b[?2026;2$y',
    '\u001b]11;rgb:0b0b/0c0c/1010\u001b\\',
    '\u001bP1$r0m\u001b\\',
  ]) {
    expect(isReply(reply), JSON.stringify(reply)).toBe(true)
  }
  for (const typed of ['a', '\r', '\u001b[A', '\u001b[1;5C', '\u001b[15~', '\u001b[200~x\u001b[201~', '\u001b']) {
    expect(isReply(typed), JSON.stringify(typed)).toBe(false)
  }
})

it('lends the GPU to eight and to nobody after a lost context', () => {
  const leases = createRendererLeases(() => true)
  const held = Array.from({ length: MAX_LEASES }, () => leases.acquire())
  expect(leases.acquire()).toBeUndefined()
  held[0]?.()
  held[0]?.()
  expect(leases.acquire()).toBeDefined()
  expect(leases.acquire()).toBeUndefined()
  leases.giveUp()
  held[1]?.()
  expect(leases.acquire()).toBeUndefined()
})

it('calls shells by their names', () => {
  expect([shellName('/usr/bin/zsh'), shellName('C:\\x\\pwsh.exe'), shellName('')]).toEqual(['zsh', 'pwsh', ''])
})
