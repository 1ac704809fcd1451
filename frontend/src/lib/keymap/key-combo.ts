// One key combination: written `$mod+Shift+n`, matched against a keyboard event, shown as the platform writes it.

export type KeyPlatform = 'mac' | 'windows' | 'linux'

export interface KeyCombo {
  readonly ctrl: boolean
  readonly alt: boolean
  readonly shift: boolean
  readonly meta: boolean
  /** `KeyboardEvent.code` for letters, digits and named positions (`KeyN`, `Digit1`, `BracketLeft`), else `KeyboardEvent.key`. */
  readonly key: string
}

/** What matching reads of a keyboard event. */
export interface KeyLike {
  readonly code: string
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

const PUNCTUATION: Record<string, string> = {
  '[': 'BracketLeft',
  ']': 'BracketRight',
  '\\': 'Backslash',
  ',': 'Comma',
  '.': 'Period',
  '/': 'Slash',
  '-': 'Minus',
  '=': 'Equal',
  ';': 'Semicolon',
  "'": 'Quote',
  '`': 'Backquote',
}

function keyCode(text: string): string {
  if (/^[a-z]$/i.test(text)) return `Key${text.toUpperCase()}`
  if (/^\d$/.test(text)) return `Digit${text}`
  return PUNCTUATION[text] ?? text
}

/** Undefined when the text names no key (spec KEY-1, KEY-2, KEY-3). */
export function parseCombo(text: string, platform: KeyPlatform): KeyCombo | undefined {
  // A trailing `+` is the plus key itself.
  const parts = text.endsWith('++') ? [...text.slice(0, -2).split('+'), '+'] : text.split('+')
  const key = parts.pop()?.trim()
  if (!key) return undefined
  const modifiers = new Set(parts.map(part => part.trim().toLowerCase()))
  const isMac = platform === 'mac'
  const known = new Set(['$mod', 'shift', 'alt', 'control', 'ctrl', 'meta'])
  if ([...modifiers].some(modifier => !known.has(modifier))) return undefined
  return {
    ctrl: modifiers.has('ctrl') || modifiers.has('control') || (!isMac && modifiers.has('$mod')),
    meta: modifiers.has('meta') || (isMac && modifiers.has('$mod')),
    alt: modifiers.has('alt'),
    shift: modifiers.has('shift'),
    key: keyCode(key),
  }
}

export function matchesCombo(combo: KeyCombo, event: KeyLike): boolean {
  return (
    combo.ctrl === event.ctrlKey &&
    combo.alt === event.altKey &&
    combo.shift === event.shiftKey &&
    combo.meta === event.metaKey &&
    (combo.key === event.code || combo.key === event.key)
  )
}

export const hasModifier = (combo: KeyCombo): boolean => combo.ctrl || combo.alt || combo.meta

const GLYPHS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  NumpadAdd: 'Num+',
  NumpadSubtract: 'Num-',
  Numpad0: 'Num0',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
}
const SIGNS = Object.fromEntries(Object.entries(PUNCTUATION).map(([sign, code]) => [code, sign]))

function keyText(key: string): string {
  return GLYPHS[key] ?? SIGNS[key] ?? key.replace(/^(?:Key|Digit)/, '')
}

/** macOS: glyphs in the order ⌃⌥⇧⌘ without separator; elsewhere `Ctrl+Alt+Shift+Key` (spec KEY-8). */
export function formatCombo(combo: KeyCombo, platform: KeyPlatform): string {
  const key = keyText(combo.key)
  if (platform === 'mac') {
    return `${combo.ctrl ? '⌃' : ''}${combo.alt ? '⌥' : ''}${combo.shift ? '⇧' : ''}${combo.meta ? '⌘' : ''}${key}`
  }
  return [combo.ctrl && 'Ctrl', combo.meta && 'Meta', combo.alt && 'Alt', combo.shift && 'Shift', key].filter(Boolean).join('+')
}
