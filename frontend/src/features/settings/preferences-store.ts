// Preferences of this browser: validated on read, shared between its windows, applied live.
import { type Accessor, createMemo, createSignal, type Setter } from 'solid-js'
import * as v from 'valibot'
import { type AppStorage, YEAR_MS } from '../../lib/storage'

const fontList = v.fallback(v.array(v.pipe(v.string(), v.maxLength(128))), [])

const schema = v.object({
  theme: v.fallback(v.picklist(['system', 'light', 'dark']), 'system'),
  terminalTheme: v.fallback(v.picklist(['match-ui', 'dark', 'light']), 'match-ui'),
  diffView: v.fallback(v.picklist(['unified', 'split']), 'unified'),
  density: v.fallback(v.picklist(['compact', 'comfortable']), 'compact'),
  enterMode: v.fallback(v.picklist(['cmd-enter-sends', 'enter-sends']), 'cmd-enter-sends'),
  expandThinking: v.fallback(v.boolean(), true),
  showHidden: v.fallback(v.boolean(), false),
  customUiFonts: v.fallback(v.boolean(), false),
  customMonoFonts: v.fallback(v.boolean(), false),
  uiFonts: fontList,
  monoFonts: fontList,
  /** Directory trees of dialogs list hidden directories. */
  dialogShowHidden: v.fallback(v.boolean(), false),
  /** Provider ids, most recently used first. */
  recentProviders: fontList,
})

export type Preferences = v.InferOutput<typeof schema>
export type ResolvedTheme = 'light' | 'dark'

export const STORAGE_KEY = 'preferences'
const UI_FALLBACK = "'Inter Variable', system-ui, sans-serif"
const MONO_FALLBACK = "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Consolas, monospace"

export interface PreferencesStore {
  /** All values; each field is tracked by itself through its accessor below. */
  readonly values: Accessor<Preferences>
  readonly theme: Accessor<Preferences['theme']>
  readonly resolvedTheme: Accessor<ResolvedTheme>
  readonly terminalTheme: Accessor<Preferences['terminalTheme']>
  readonly resolvedTerminalTheme: Accessor<ResolvedTheme>
  readonly diffView: Accessor<Preferences['diffView']>
  readonly density: Accessor<Preferences['density']>
  readonly enterMode: Accessor<Preferences['enterMode']>
  /** "Expand agent thoughts" */
  readonly expandThinking: Accessor<boolean>
  /** "Show hidden messages" */
  readonly showHidden: Accessor<boolean>
  readonly recentProviders: Accessor<readonly string[]>
  readonly dialogShowHidden: Accessor<boolean>
  /** CSS font-family lists, custom fonts first. */
  readonly uiFontStack: Accessor<string>
  readonly monoFontStack: Accessor<string>
  set(change: Partial<Preferences>): void
}

export function defaultPreferences(): Preferences {
  return v.parse(schema, {})
}

function read(storage: AppStorage): Preferences {
  const result = v.safeParse(schema, storage.get(STORAGE_KEY) ?? {})
  return result.success ? result.output : defaultPreferences()
}

/** `"` and `\` cannot be in a name (settings clean it), so quoting is enough. */
function stack(isCustom: boolean, names: readonly string[], fallback: string): string {
  return isCustom ? [...names.map(name => `"${name}"`), fallback].join(', ') : fallback
}

export function createPreferencesStore(storage: AppStorage, prefersDark: Accessor<boolean>): PreferencesStore {
  const [values, setValues]: [Accessor<Preferences>, Setter<Preferences>] = createSignal(read(storage))
  // Written back at once: every start of the app renews the expiry.
  storage.set(STORAGE_KEY, values(), YEAR_MS)
  storage.onChange(STORAGE_KEY, () => setValues(read(storage)))

  const field = <K extends keyof Preferences>(key: K): Accessor<Preferences[K]> => createMemo(() => values()[key])
  const theme = field('theme')
  const terminalTheme = field('terminalTheme')
  const resolvedTheme = createMemo<ResolvedTheme>(() => {
    const chosen = theme()
    return chosen === 'system' ? (prefersDark() ? 'dark' : 'light') : chosen
  })

  return {
    values,
    theme,
    resolvedTheme,
    terminalTheme,
    resolvedTerminalTheme: createMemo<ResolvedTheme>(() => {
      const chosen = terminalTheme()
      return chosen === 'match-ui' ? resolvedTheme() : chosen
    }),
    diffView: field('diffView'),
    density: field('density'),
    enterMode: field('enterMode'),
    expandThinking: field('expandThinking'),
    showHidden: field('showHidden'),
    recentProviders: field('recentProviders'),
    dialogShowHidden: field('dialogShowHidden'),
    uiFontStack: createMemo(() => stack(values().customUiFonts, values().uiFonts, UI_FALLBACK)),
    monoFontStack: createMemo(() => stack(values().customMonoFonts, values().monoFonts, MONO_FALLBACK)),
    set(change) {
      setValues(current => ({ ...current, ...change }))
      storage.set(STORAGE_KEY, values(), YEAR_MS)
    },
  }
}
