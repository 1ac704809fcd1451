// Which command a key press runs: bindings in order, their conditions, and the rules of inputs and terminals.
import type { Binding } from './command-registry'
import { formatCombo, hasModifier, type KeyCombo, type KeyLike, type KeyPlatform, matchesCombo, parseCombo } from './key-combo'
import { type KeyContext, parseWhen, type When } from './when'

interface Compiled {
  readonly binding: Binding
  readonly combo: KeyCombo
  readonly when: When
}

export interface Keymap {
  /** Commands to try for a key press, best first. */
  lookup(event: KeyLike, context: KeyContext): readonly string[]
  /** All keys of a command for display, joined by ` / `; undefined when it has none. */
  shortcut(command: string): string | undefined
  /** The first key of a command for display. */
  firstShortcut(command: string): string | undefined
}

const isFunctionKey = (key: string): boolean => /^F(?:[1-9]|1[0-2])$/.test(key)

/** Without a modifier a key in an input is typing, unless the binding speaks of inputs itself (spec KEY-4). */
function isTyping({ binding, combo }: Compiled, context: KeyContext): boolean {
  if (hasModifier(combo) || isFunctionKey(combo.key) || context.inputFocused !== true) return false
  return !binding.when?.includes('inputFocused') && !binding.when?.includes('dialogOpen')
}

/**
 * What a shell needs (spec TRM-44): with a focused terminal and no Cmd key, plain Ctrl with a letter, `[`, `]`, `\`
 * or a page key belongs to the terminal, unless the binding is made for terminals.
 */
function belongsToShell({ binding, combo }: Compiled, context: KeyContext): boolean {
  if (context.terminalFocused !== true || context.platform === 'mac') return false
  if (binding.when?.includes('terminalFocused')) return false
  return (
    combo.ctrl && !combo.shift && !combo.alt && !combo.meta && /^(?:Key[A-Z]|BracketLeft|BracketRight|Backslash)$/.test(combo.key)
  )
}

export function createKeymap(bindings: readonly Binding[], platform: KeyPlatform): Keymap {
  const compiled: Compiled[] = bindings.flatMap(binding => {
    const combo = parseCombo(binding.key, platform)
    return combo ? [{ binding, combo, when: parseWhen(binding.when) }] : []
  })
  const shortcuts = (command: string): string[] =>
    compiled.filter(each => each.binding.command === command).map(each => formatCombo(each.combo, platform))

  return {
    lookup: (event, context) =>
      compiled
        .filter(each => matchesCombo(each.combo, event))
        .filter(each => !isTyping(each, context) && !belongsToShell(each, context) && each.when(context))
        .map(each => each.binding.command),
    shortcut: command => shortcuts(command).join(' / ') || undefined,
    firstShortcut: command => shortcuts(command)[0],
  }
}

export function keyPlatform(userAgent: string): KeyPlatform {
  if (/Mac|iPhone|iPad/.test(userAgent)) return 'mac'
  return userAgent.includes('Windows') ? 'windows' : 'linux'
}
