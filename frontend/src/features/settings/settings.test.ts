import { createRoot, createSignal } from 'solid-js'
import { describe, expect, it } from 'vitest'
import { createMemoryStorage, createStorage } from '../../lib/storage'
import { addFont, moveFont } from './font-names'
import { createPreferencesStore, STORAGE_KEY } from './preferences-store'

function open(stored?: unknown) {
  const storage = createStorage(createMemoryStorage())
  if (stored !== undefined) storage.set(STORAGE_KEY, stored)
  const [prefersDark, setPrefersDark] = createSignal(false)
  const preferences = createRoot(() => createPreferencesStore(storage, prefersDark))
  return { storage, preferences, setPrefersDark }
}

describe('preferences', () => {
  it('follow the system until a theme is chosen', () => {
    const { preferences, setPrefersDark } = open()
    expect(preferences.resolvedTheme()).toBe('light')
    setPrefersDark(true)
    expect(preferences.resolvedTheme()).toBe('dark')
    preferences.set({ theme: 'light' })
    expect(preferences.resolvedTheme()).toBe('light')
  })
  it('pin the terminal apart from the page', () => {
    const { preferences } = open({ theme: 'light', terminalTheme: 'dark' })
    expect([preferences.resolvedTheme(), preferences.resolvedTerminalTheme()]).toEqual(['light', 'dark'])
  })
  it('keep the good part of what was stored and drop the rest', () => {
    const { preferences } = open({ theme: 'sepia', diffView: 'split', monoFonts: 'Hack', expandThinking: false })
    expect(preferences.values()).toMatchObject({ theme: 'system', diffView: 'split', monoFonts: [], expandThinking: false })
    expect(open('nonsense').preferences.theme()).toBe('system')
  })
  it('are there again after a reload', () => {
    const { storage, preferences } = open()
    preferences.set({ customMonoFonts: true, monoFonts: ['Hack'] })
    const again = createRoot(() => createPreferencesStore(storage, () => false))
    expect(again.monoFontStack()).toMatch(/^"Hack", 'JetBrains Mono Variable'/)
  })
})

describe('font lists', () => {
  it('clean names and refuse doubles', () => {
    expect(addFont(['Hack'], ' "Fira\\ Code" ')).toEqual(['Hack', 'Fira Code'])
    expect(addFont(['Hack'], 'hack')).toEqual(['Hack'])
    expect(addFont([], ' "" ')).toEqual([])
  })
  it('reorder within their ends', () => {
    expect(moveFont(['a', 'b'], 1, -1)).toEqual(['b', 'a'])
    expect(moveFont(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
  })
})
