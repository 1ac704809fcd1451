// The design tokens, typed: every colour, size and duration the style sheets may use. `tokens-css.ts` writes them out.
import { oklch } from './color.ts'

export type ThemeName = 'dark' | 'light'

/** A colour with its opacity over whatever lies below. */
export interface Wash {
  readonly color: string
  readonly alpha: number
}

/** Role → colour, dark and light. Roles and their permitted backgrounds are tested in `contrast.test.ts`. */
export const colors = {
  'bg-canvas': { dark: '#0b0c10', light: '#eff0f4' },
  'bg-surface': { dark: '#121417', light: '#ffffff' },
  'bg-sunken': { dark: '#0e0f13', light: '#f6f8fb' },
  'bg-raised': { dark: '#1c1e23', light: '#ffffff' },
  'bg-selected': { dark: '#212843', light: '#e2e9fe' },
  'border-subtle': { dark: '#212327', light: '#e3e4e9' },
  'border-default': { dark: '#303339', light: '#d0d2d9' },
  'border-strong': { dark: '#6b6f77', light: '#7c8089' },
  'text-primary': { dark: '#ebedef', light: '#1c1e24' },
  'text-secondary': { dark: '#b3b6bb', light: '#474a52' },
  'text-muted': { dark: '#91949a', light: '#60636c' },
  'text-disabled': { dark: '#616369', light: '#92959d' },
  'text-on-solid': { dark: '#ffffff', light: '#ffffff' },
  'accent-solid': { dark: '#4859dd', light: '#4454df' },
  'accent-solid-hover': { dark: '#5569e7', light: '#3a44cf' },
  'accent-text': { dark: '#9aaffe', light: '#3c49cc' },
  'accent-soft': { dark: '#1b2242', light: '#e6ecff' },
  'focus-ring': { dark: '#7e96fd', light: '#5569ee' },
  'success-text': { dark: '#65d68a', light: '#036a34' },
  'success-solid': { dark: '#35c26d', light: '#1a9951' },
  'success-soft': { dark: '#0f2817', light: '#ddf8e3' },
  'warning-text': { dark: '#f5b75b', light: '#854f05' },
  'warning-solid': { dark: '#efa831', light: '#c3760a' },
  'warning-soft': { dark: '#2a2011', light: '#fef3de' },
  'danger-text': { dark: '#f98e88', light: '#b71727' },
  'danger-solid': { dark: '#c52a33', light: '#c9212e' },
  'danger-solid-hover': { dark: '#d53c40', light: '#b31124' },
  'danger-soft': { dark: '#3e1514', light: '#ffe9e6' },
  'diff-add-bg': { dark: '#0e2314', light: '#e2fae7' },
  'diff-add-word': { dark: '#0f4021', light: '#b1ecbf' },
  'diff-del-bg': { dark: '#2f1412', light: '#ffebe9' },
  'diff-del-word': { dark: '#5d201f', light: '#ffcac6' },
  'syntax-plain': { dark: '#dcdee2', light: '#24262c' },
  'syntax-comment': { dark: '#9fa3ac', light: '#585c66' },
  'syntax-keyword': { dark: '#cc9eed', light: '#7b2da8' },
  'syntax-string': { dark: '#8cd59b', light: '#0f6a31' },
  'syntax-number': { dark: '#f2ad73', light: '#934404' },
  'syntax-type': { dark: '#78d6db', light: '#036770' },
  'syntax-function': { dark: '#8fbefa', light: '#0d53af' },
  'syntax-property': { dark: '#afd4ea', light: '#1c547e' },
  'syntax-constant': { dark: '#f8a18a', light: '#a13124' },
  'syntax-punctuation': { dark: '#a2a4ab', light: '#52555c' },
} as const satisfies Record<string, Record<ThemeName, string>>

export type ColorRole = keyof typeof colors

/** Washes: painted over any background. */
export const washes = {
  'bg-hover': { dark: { color: '#ffffff', alpha: 0.06 }, light: { color: '#12141e', alpha: 0.05 } },
  'bg-active': { dark: { color: '#ffffff', alpha: 0.1 }, light: { color: '#12141e', alpha: 0.09 } },
  scrim: { dark: { color: '#000000', alpha: 0.55 }, light: { color: '#12141e', alpha: 0.32 } },
  'drop-wash': { dark: { color: '#7e96fd', alpha: 0.16 }, light: { color: '#5569ee', alpha: 0.14 } },
  scrollbar: { dark: { color: '#ffffff', alpha: 0.18 }, light: { color: '#12141e', alpha: 0.22 } },
} as const satisfies Record<string, Record<ThemeName, Wash>>

/** Theme-dependent values that are not colours. */
export const themed = {
  'shadow-1': { dark: '0 1px 2px rgb(0 0 0 / 0.4)', light: '0 1px 2px rgb(18 20 30 / 0.08)' },
  'shadow-2': {
    dark: '0 0 0 1px rgb(255 255 255 / 0.09), 0 8px 24px rgb(0 0 0 / 0.5)',
    light: '0 0 0 1px rgb(18 20 30 / 0.08), 0 8px 24px rgb(18 20 30 / 0.14)',
  },
  'shadow-3': {
    dark: '0 0 0 1px rgb(255 255 255 / 0.1), 0 24px 64px rgb(0 0 0 / 0.6)',
    light: '0 0 0 1px rgb(18 20 30 / 0.08), 0 24px 64px rgb(18 20 30 / 0.22)',
  },
} as const satisfies Record<string, Record<ThemeName, string>>

const rem = (px: number): string => `${px / 16}rem`

/** Sizes, type, layers and motion: the same in both themes. */
export const scales = {
  'font-ui': "'Inter Variable', system-ui, sans-serif",
  'font-mono': "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Consolas, monospace",
  'size-meta': rem(11),
  'line-meta': rem(16),
  'size-dense': rem(12),
  'line-dense': rem(16),
  'size-ui': rem(13),
  'line-ui': rem(20),
  'size-prose': rem(14),
  'line-prose': rem(22),
  'size-title': rem(16),
  'line-title': rem(24),
  'size-page': rem(20),
  'line-page': rem(28),
  'size-setup': rem(26),
  'line-setup': rem(32),
  'size-code': rem(12),
  'line-code': rem(19),
  'weight-normal': '400',
  'weight-medium': '500',
  'weight-bold': '600',
  'space-2': '2px',
  'space-4': '4px',
  'space-6': '6px',
  'space-8': '8px',
  'space-12': '12px',
  'space-16': '16px',
  'space-20': '20px',
  'space-24': '24px',
  'space-32': '32px',
  'space-40': '40px',
  'space-48': '48px',
  'space-64': '64px',
  'radius-chip': '4px',
  'radius-control': '6px',
  'radius-tile': '8px',
  'radius-card': '10px',
  'radius-dialog': '14px',
  'radius-full': '999px',
  'control-xs': '22px',
  'control-sm': '26px',
  'control-md': '30px',
  'control-lg': '36px',
  'row-file': '26px',
  'row-workspace': '28px',
  'tab-bar': '36px',
  'status-bar': '24px',
  'title-bar': '40px',
  'tile-gap': '5px',
  'chat-column': '760px',
  'composer-max': '800px',
  'z-content': '0',
  'z-divider': '5',
  'z-drop': '20',
  'z-floating': '100',
  'z-drawer': '500',
  'z-ghost': '900',
  'z-dialog': '1000',
  'z-popover': '1100',
  'z-toast': '1200',
  'z-tooltip': '1300',
  'ease-out': 'cubic-bezier(.2, 0, 0, 1)',
  'duration-hover': '80ms',
  'duration-menu': '130ms',
  'duration-panel': '190ms',
  'duration-toast': '260ms',
} as const

/** +4 px on rows and controls, 14 px text (`data-density="comfortable"`, and always under a coarse pointer). */
export const comfortable = {
  'size-ui': rem(14),
  'control-xs': '26px',
  'control-sm': '30px',
  'control-md': '34px',
  'control-lg': '40px',
  'row-file': '30px',
  'row-workspace': '32px',
  'tab-bar': '40px',
} as const satisfies Partial<Record<keyof typeof scales, string>>

const ANSI_HUES = { red: 24, green: 150, yellow: 85, blue: 262, magenta: 320, cyan: 205 } as const
export type AnsiColor = 'black' | keyof typeof ANSI_HUES | 'white'
export type AnsiName = AnsiColor | `bright${Capitalize<AnsiColor>}`

const ANSI_LIGHTNESS = { dark: { normal: 0.74, bright: 0.82 }, light: { normal: 0.46, bright: 0.5 } } as const
const ANSI_GREYS = {
  dark: { black: '#3a3d45', white: '#c8cbd1', brightBlack: '#7d818a', brightWhite: '#f4f5f7' },
  light: { black: '#1c1e24', white: '#5d6068', brightBlack: '#60636c', brightWhite: '#474a52' },
} as const

function ansi(theme: ThemeName): Record<AnsiName, string> {
  const chromatic = Object.entries(ANSI_HUES).flatMap(([name, hue]) => [
    [name, oklch(ANSI_LIGHTNESS[theme].normal, 0.15, hue)],
    [`bright${name[0]?.toUpperCase()}${name.slice(1)}`, oklch(ANSI_LIGHTNESS[theme].bright, 0.17, hue)],
  ])
  return { ...Object.fromEntries(chromatic), ...ANSI_GREYS[theme] } as Record<AnsiName, string>
}

export interface TerminalPalette extends Record<AnsiName, string> {
  readonly background: string
  readonly foreground: string
  readonly cursor: string
  readonly cursorAccent: string
  readonly selectionBackground: string
  readonly selectionInactiveBackground: string
}

function terminalPalette(theme: ThemeName): TerminalPalette {
  return {
    ...ansi(theme),
    background: colors['bg-sunken'][theme],
    foreground: colors['text-primary'][theme],
    cursor: colors['accent-text'][theme],
    cursorAccent: colors['bg-sunken'][theme],
    selectionBackground: theme === 'dark' ? '#2c3866' : '#c9d5fd',
    selectionInactiveBackground: theme === 'dark' ? '#262a38' : '#dfe3ee',
  }
}

/** xterm's `ITheme`, written out as hex; a terminal may be pinned to either whatever the page wears. */
export const terminalPalettes: Record<ThemeName, TerminalPalette> = {
  dark: terminalPalette('dark'),
  light: terminalPalette('light'),
}
