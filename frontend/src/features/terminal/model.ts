// What keys and bytes mean to a terminal. Pure.

/** The last part of a shell's path: what the start panel calls it. */
export function shellName(shell: string): string {
  return (shell.split(/[\\/]/).pop() ?? '').replace(/\.exe$/i, '')
}

/**
 * Answers of the view to questions of a program: device attributes, status and cursor reports, mode reports, colours, strings.
 * A modified F3 looks like a cursor report, which only costs a watcher without the size this one key.
 */
const REPLY =
  /^(?:\u001b\[[?>=]?[\d;]*(?:\$y|[cnRtx])|\u001b\](?:4;\d+|1[0-9]);[^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001bP[\s\S]*\u001b\\)+$/

export function isReply(data: string): boolean {
  return REPLY.test(data)
}

/** A key press as far as the table below needs it. */
export interface KeyPress {
  readonly type: string
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
  readonly defaultPrevented: boolean
}

export type KeyAction =
  /** xterm makes bytes of it. */
  | { readonly type: 'terminal' }
  /** Neither xterm nor we: the browser or the application has it. */
  | { readonly type: 'leave' }
  | { readonly type: 'send'; readonly data: string }
  | { readonly type: 'page'; readonly pages: 1 | -1 }
  | { readonly type: 'copy' }
  | { readonly type: 'find' }
  /** The keyboard goes back to the page. */
  | { readonly type: 'blur' }

const TERMINAL: KeyAction = { type: 'terminal' }
const LEAVE: KeyAction = { type: 'leave' }

const MAC_KEYS: Readonly<Record<string, string>> = {
  'Meta+ArrowLeft': '\u0001',
  'Meta+ArrowRight': '\u0005',
  'Alt+ArrowLeft': '\u001bb',
  'Alt+ArrowRight': '\u001bf',
}

export function keyAction(event: KeyPress, isMac: boolean): KeyAction {
  if (event.defaultPrevented) return LEAVE
  if (event.type !== 'keydown') return TERMINAL
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (isMac) {
    const name = `${event.metaKey ? 'Meta+' : ''}${event.altKey ? 'Alt+' : ''}${key}`
    const data = event.ctrlKey || event.shiftKey ? undefined : MAC_KEYS[name]
    if (data !== undefined) return { type: 'send', data }
    if (event.metaKey) return key === 'f' ? { type: 'find' } : LEAVE
  }
  if (event.altKey && !event.ctrlKey && (key === 'PageUp' || key === 'PageDown')) {
    return { type: 'page', pages: key === 'PageUp' ? -1 : 1 }
  }
  if (event.ctrlKey && event.shiftKey && !event.altKey) {
    if (key === 'v') return LEAVE
    if (key === 'c') return { type: 'copy' }
    if (key === 'f') return { type: 'find' }
    if (key === 'm') return { type: 'blur' }
  }
  return TERMINAL
}

const KEY_ROW: Readonly<Record<string, string>> = {
  Escape: '\u001b',
  Tab: '\t',
  ArrowUp: 'A',
  ArrowDown: 'B',
  ArrowRight: 'C',
  ArrowLeft: 'D',
}

/** Bytes of a key of the touch row. Arrows depend on whether the program asked for application cursor keys. */
export function keyRowBytes(key: string, isApplicationCursor: boolean): string {
  const code = KEY_ROW[key] ?? ''
  return key.startsWith('Arrow') ? `\u001b${isApplicationCursor ? 'O' : '['}${code}` : code
}

/** A typed character with the sticky Ctrl of the touch row. */
export function withControl(data: string): string {
  const code = data.toUpperCase().charCodeAt(0)
  if (data.length !== 1) return data
  if (code >= 0x40 && code <= 0x5f) return String.fromCharCode(code - 0x40)
  return data === ' ' ? '\u0000' : data === '?' ? '\u007f' : data
}
