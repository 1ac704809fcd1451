import { expect, it } from 'vitest'
import { type PaletteItem, paletteMatches } from './palette-model'

const item = (title: string, keywords?: string): PaletteItem => ({
  id: title,
  title,
  keywords,
  group: 'Command',
  run: () => undefined,
})
const items = [item('New Agent'), item('New Terminal'), item('Split Tile Vertically'), item('Open Preferences', 'settings theme')]
const titles = (query: string): string[] => paletteMatches(items, query).map(match => match.item.title)

it('lists everything in order for an empty query', () => {
  expect(titles(' ')).toEqual(items.map(each => each.title))
})
it('finds by letters in order and by keywords', () => {
  expect(titles('newt')[0]).toBe('New Terminal')
  expect(titles('theme')).toEqual(['Open Preferences'])
  expect(titles('zzz')).toEqual([])
})
it('marks what matched', () => {
  expect(paletteMatches(items, 'split')[0]?.pieces).toEqual([
    { text: 'Split', isMatch: true },
    { text: ' Tile Vertically', isMatch: false },
  ])
})
