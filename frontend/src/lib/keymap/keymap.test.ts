import { describe, expect, it } from 'vitest'
import { formatCombo, type KeyLike, parseCombo } from './key-combo'
import { createKeymap } from './keymap'
import { parseWhen } from './when'

function press(code: string, modifiers = '', key = code.replace(/^Key|^Digit/, '').toLowerCase()): KeyLike {
  return {
    code,
    key,
    ctrlKey: modifiers.includes('c'),
    altKey: modifiers.includes('a'),
    shiftKey: modifiers.includes('s'),
    metaKey: modifiers.includes('m'),
  }
}

describe('combinations', () => {
  it('$mod is Cmd on macOS and Ctrl elsewhere', () => {
    expect(parseCombo('$mod+n', 'mac')).toMatchObject({ meta: true, ctrl: false, key: 'KeyN' })
    expect(parseCombo('$mod+n', 'linux')).toMatchObject({ meta: false, ctrl: true, key: 'KeyN' })
  })
  it('refuses unknown modifiers and empty keys', () => {
    expect(parseCombo('Hyper+n', 'linux')).toBeUndefined()
    expect(parseCombo('', 'linux')).toBeUndefined()
  })
  it.each([
    ['$mod+Shift+n', 'mac', '⇧⌘N'],
    ['Ctrl+$mod+Alt+Shift+a', 'mac', '⌃⌥⇧⌘A'],
    ['$mod+Shift+Backslash', 'linux', 'Ctrl+Shift+\\'],
    ['$mod+Alt+n', 'windows', 'Ctrl+Alt+N'],
    ['Alt+1', 'linux', 'Alt+1'],
    ['Escape', 'linux', 'Esc'],
  ] as const)('%s on %s reads %s', (text, platform, shown) => {
    const combo = parseCombo(text, platform)
    expect(combo && formatCombo(combo, platform)).toBe(shown)
  })
})

describe('conditions', () => {
  const context = { dialogOpen: true, platform: 'mac', activeTabType: 'agent' }
  it.each([
    ['', true],
    ['dialogOpen', true],
    ['!dialogOpen', false],
    ['platform == "mac" && dialogOpen', true],
    ["platform == 'linux' || activeTabType != 'terminal'", true],
    ['!(dialogOpen && unknown)', true],
    ['unknown || false', false],
    ['dialogOpen &&', false],
    ['(dialogOpen', false],
    ['dialogOpen ~ true', false],
  ])('%j is %s', (text, holds) => {
    expect(parseWhen(text)(context)).toBe(holds)
  })
})

describe('lookup', () => {
  const keymap = createKeymap(
    [
      { key: '$mod+n', command: 'agent', when: '!dialogOpen' },
      { key: '$mod+n', command: 'fallback' },
      { key: 'Alt+Shift+n', command: 'agent' },
      { key: '$mod+Shift+n', command: 'agentDialog' },
      { key: '$mod+Backslash', command: 'split' },
      { key: 'x', command: 'letter' },
      { key: 'F5', command: 'refresh' },
      { key: 'Escape', command: 'close', when: 'dialogOpen' },
    ],
    'linux',
  )

  it('keeps registration order and drops what its condition forbids', () => {
    expect(keymap.lookup(press('KeyN', 'c'), {})).toEqual(['agent', 'fallback'])
    expect(keymap.lookup(press('KeyN', 'c'), { dialogOpen: true })).toEqual(['fallback'])
  })
  it('matches letters by their place on the keyboard', () => {
    expect(keymap.lookup(press('KeyN', 'c', 'т'), {})).toEqual(['agent', 'fallback'])
  })
  it('leaves typing alone but not function keys', () => {
    expect(keymap.lookup(press('KeyX'), { inputFocused: true })).toEqual([])
    expect(keymap.lookup(press('KeyX'), {})).toEqual(['letter'])
    expect(keymap.lookup(press('F5', '', 'F5'), { inputFocused: true })).toEqual(['refresh'])
    expect(keymap.lookup(press('Escape', '', 'Escape'), { inputFocused: true, dialogOpen: true })).toEqual(['close'])
  })
  it('gives plain Ctrl keys to a focused terminal, but not on macOS', () => {
    const terminal = { terminalFocused: true, platform: 'linux' }
    expect(keymap.lookup(press('KeyN', 'c'), terminal)).toEqual([])
    expect(keymap.lookup(press('Backslash', 'c'), terminal)).toEqual([])
    expect(keymap.lookup(press('KeyN', 'cs'), terminal)).toEqual(['agentDialog'])
    expect(keymap.lookup(press('KeyN', 'as'), terminal)).toEqual(['agent'])
    const mac = createKeymap([{ key: '$mod+n', command: 'agent' }], 'mac')
    expect(mac.lookup(press('KeyN', 'm'), { terminalFocused: true, platform: 'mac' })).toEqual(['agent'])
  })
  it('joins the keys of one command', () => {
    expect(keymap.shortcut('agent')).toBe('Ctrl+N / Alt+Shift+N')
    expect(keymap.firstShortcut('agent')).toBe('Ctrl+N')
    expect(keymap.shortcut('nothing')).toBeUndefined()
  })
})
