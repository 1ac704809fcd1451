// Every text and graphic role on every background it may lie on, both themes: 4.5 for text, 3 for graphics.
import { describe, expect, it } from 'vitest'
import { contrast, over } from './color'
import { type ColorRole, colors, type ThemeName, terminalPalettes, washes } from './tokens'

const THEMES: ThemeName[] = ['dark', 'light']
const TEXT = 4.5
const GRAPHIC = 3

const SURFACES: ColorRole[] = ['bg-canvas', 'bg-surface', 'bg-sunken', 'bg-raised']
const CODE: ColorRole[] = ['bg-surface', 'bg-sunken', 'diff-add-bg', 'diff-add-word', 'diff-del-bg', 'diff-del-word']

/** Foreground, the backgrounds it is permitted on, and whether hover and active washes may lie between. */
const PAIRS: readonly {
  role: ColorRole
  on: readonly ColorRole[]
  minimum: number
  washes?: readonly (keyof typeof washes)[]
}[] = [
  { role: 'text-primary', on: [...SURFACES, 'bg-selected', 'accent-soft'], minimum: TEXT, washes: ['bg-hover', 'bg-active'] },
  { role: 'text-secondary', on: [...SURFACES, 'bg-selected'], minimum: TEXT, washes: ['bg-hover', 'bg-active'] },
  { role: 'text-muted', on: SURFACES, minimum: TEXT, washes: ['bg-hover'] },
  { role: 'accent-text', on: [...SURFACES, 'accent-soft', 'bg-selected'], minimum: TEXT },
  { role: 'success-text', on: [...SURFACES, 'success-soft'], minimum: TEXT, washes: ['bg-hover'] },
  { role: 'warning-text', on: [...SURFACES, 'warning-soft'], minimum: TEXT, washes: ['bg-hover'] },
  { role: 'danger-text', on: [...SURFACES, 'danger-soft'], minimum: TEXT, washes: ['bg-hover'] },
  { role: 'border-strong', on: SURFACES, minimum: GRAPHIC },
  { role: 'focus-ring', on: [...SURFACES, 'bg-selected'], minimum: GRAPHIC, washes: ['bg-hover'] },
  { role: 'success-solid', on: SURFACES, minimum: GRAPHIC },
  { role: 'warning-solid', on: SURFACES, minimum: GRAPHIC },
  { role: 'text-on-solid', on: ['accent-solid', 'accent-solid-hover', 'danger-solid', 'danger-solid-hover'], minimum: TEXT },
  ...(Object.keys(colors) as ColorRole[])
    .filter(role => role.startsWith('syntax-'))
    .map(role => ({ role, on: CODE, minimum: TEXT })),
]

describe.each(THEMES)('%s theme', theme => {
  const cases = PAIRS.flatMap(({ role, on, minimum, washes: over_ = [] }) =>
    on.flatMap(background => [
      { name: `${role} on ${background}`, role, ground: colors[background][theme], minimum },
      ...over_.map(wash => ({
        name: `${role} on ${background} with ${wash}`,
        role,
        ground: over(washes[wash][theme].color, washes[wash][theme].alpha, colors[background][theme]),
        minimum,
      })),
    ]),
  )

  it.each(cases)('$name', ({ role, ground, minimum }) => {
    expect(contrast(colors[role][theme], ground)).toBeGreaterThanOrEqual(minimum)
  })

  it('terminal: every chromatic colour stands out from the background', () => {
    const palette = terminalPalettes[theme]
    const faint = Object.entries(palette)
      .filter(([name]) => /red|green|yellow|blue|magenta|cyan/i.test(name))
      .filter(([, color]) => contrast(color, palette.background) < 5)
    expect(faint).toEqual([])
  })
})

describe('contrast', () => {
  it('knows the two ends of the scale', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#777777')).toBeCloseTo(1)
  })
})
