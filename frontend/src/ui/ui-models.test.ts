import { describe, expect, it } from 'vitest'
import { tooltipPosition } from './tooltip-place'
import { type TreeNode, treeMove, treeRows, typeAhead } from './tree-model'

const NODES: TreeNode[] = [
  {
    id: 'src',
    label: 'src',
    children: [
      { id: 'app', label: 'app', children: [] },
      { id: 'main', label: 'main.tsx' },
    ],
  },
  { id: 'docs', label: 'docs', children: [{ id: 'adr', label: 'adr' }] },
  { id: 'readme', label: 'README.md' },
]
const rows = treeRows(NODES, id => id === 'src')

describe('tree', () => {
  it('shows the children of what is expanded only', () => {
    expect(rows.map(row => [row.id, row.level, row.position, row.setSize])).toEqual([
      ['src', 1, 1, 3],
      ['app', 2, 1, 2],
      ['main', 2, 2, 2],
      ['docs', 1, 2, 3],
      ['readme', 1, 3, 3],
    ])
  })
  it.each([
    ['src', 'ArrowDown', { focus: 'app' }],
    ['src', 'ArrowUp', undefined],
    ['readme', 'ArrowDown', undefined],
    ['src', 'ArrowRight', { focus: 'app' }],
    ['docs', 'ArrowRight', { toggle: 'docs' }],
    ['app', 'ArrowRight', { toggle: 'app' }],
    ['readme', 'ArrowRight', undefined],
    ['src', 'ArrowLeft', { toggle: 'src' }],
    ['main', 'ArrowLeft', { focus: 'src' }],
    ['docs', 'Home', { focus: 'src' }],
    ['src', 'End', { focus: 'readme' }],
    ['src', 'a', undefined],
  ] as const)('from %s, %s leads to %j', (from, key, move) => {
    expect(treeMove(rows, from, key)).toEqual(move)
  })
  it('type-ahead goes on round the end; a longer prefix stays where it fits', () => {
    expect(typeAhead(rows, 'src', 'r')).toBe('readme')
    expect(typeAhead(rows, 'readme', 's')).toBe('src')
    expect(typeAhead(rows, 'main', 'ma')).toBe('main')
    expect(typeAhead(rows, 'src', 'x')).toBeUndefined()
  })
})

describe('tooltip', () => {
  const view = { width: 800, height: 600 }
  const tip = { width: 100, height: 24 }
  it('lies centred below its trigger', () => {
    expect(tooltipPosition({ left: 400, top: 100, width: 20, height: 20 }, tip, view)).toEqual({ left: 360, top: 126 })
  })
  it('goes above at the bottom and stays inside at the sides', () => {
    expect(tooltipPosition({ left: 780, top: 570, width: 20, height: 20 }, tip, view)).toEqual({ left: 694, top: 540 })
    expect(tooltipPosition({ left: 0, top: 100, width: 20, height: 20 }, tip, view).left).toBe(6)
  })
})
