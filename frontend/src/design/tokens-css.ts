// Writes the tokens out as custom properties: `--bg-canvas`, `--space-8`, … Used by the Vite plugin and by check-css.
import { parseHex } from './color.ts'
import { colors, comfortable, scales, type ThemeName, themed, type Wash, washes } from './tokens.ts'

function declarations(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, value]) => `  --${name}: ${value};`)
    .join('\n')
}

function wash({ color, alpha }: Wash): string {
  const channels = parseHex(color).map(c => Math.round(c * 255))
  return `rgb(${channels.join(' ')} / ${alpha})`
}

function theme(name: ThemeName): Record<string, string> {
  const pick = <T>(table: Record<string, Record<ThemeName, T>>, write: (value: T) => string) =>
    Object.fromEntries(Object.entries(table).map(([role, values]) => [role, write(values[name])]))
  return { ...pick(colors, value => value), ...pick<Wash>(washes, wash), ...pick(themed, value => value) }
}

/** Names without the leading dashes. */
export function tokenNames(): readonly string[] {
  return [...Object.keys(colors), ...Object.keys(washes), ...Object.keys(themed), ...Object.keys(scales)]
}

export function tokensCss(): string {
  const still = Object.keys(scales).filter(name => name.startsWith('duration-'))
  return [
    `:root {\n${declarations(scales)}\n}`,
    `:root, [data-theme='light'] {\n  color-scheme: light;\n${declarations(theme('light'))}\n}`,
    `[data-theme='dark'] {\n  color-scheme: dark;\n${declarations(theme('dark'))}\n}`,
    `[data-density='comfortable'] {\n${declarations(comfortable)}\n}`,
    `@media (pointer: coarse) {\n:root {\n${declarations(comfortable)}\n}\n}`,
    `@media (prefers-reduced-motion: reduce) {\n:root {\n${declarations(Object.fromEntries(still.map(name => [name, '0ms'])))}\n}\n}`,
  ].join('\n')
}
