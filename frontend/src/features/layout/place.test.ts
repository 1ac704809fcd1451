import { describe, expect, it } from 'vitest'
import type { LayoutNode, LeafView } from '../../core/ports'
import { place, placeSingle, tileStyle, withRatios } from './place'

const leaf = (id: string): LeafView => ({ type: 'leaf', id, tabs: [] })

/** A small deterministic generator, so that a failure can be seen again. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function ratios(next: () => number, count: number): number[] {
  const parts = Array.from({ length: count }, () => 0.05 + next())
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map(part => part / sum)
}

function randomTree(next: () => number, depth: number, ids: { next: number }): LayoutNode {
  const id = `n${ids.next++}`
  const kind = depth === 0 ? 0 : next()
  if (kind < 0.34) return leaf(id)
  if (kind < 0.75) {
    const count = 2 + Math.floor(next() * 3)
    return {
      type: 'split',
      id,
      direction: next() < 0.5 ? 'vertical' : 'horizontal',
      ratios: ratios(next, count),
      children: Array.from({ length: count }, () => randomTree(next, depth - 1, ids)),
    }
  }
  const rows = 1 + Math.floor(next() * 3)
  const cols = 1 + Math.floor(next() * 3)
  return {
    type: 'grid',
    id,
    rows,
    cols,
    rowRatios: ratios(next, rows),
    colRatios: ratios(next, cols),
    cells: Array.from({ length: rows * cols }, () => randomTree(next, depth - 1, ids)),
  }
}

describe('place', () => {
  it('any tree fills the canvas without overlap', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { tiles } = place(randomTree(random(seed), 3, { next: 0 }))
      const area = tiles.reduce((sum, tile) => sum + tile.rect.width * tile.rect.height, 0)
      expect(area).toBeCloseTo(1, 9)
      for (const [index, a] of tiles.entries()) {
        expect(a.rect.x >= -1e-9 && a.rect.x + a.rect.width <= 1 + 1e-9).toBe(true)
        for (const b of tiles.slice(index + 1)) {
          const overlapX = Math.min(a.rect.x + a.rect.width, b.rect.x + b.rect.width) - Math.max(a.rect.x, b.rect.x)
          const overlapY = Math.min(a.rect.y + a.rect.height, b.rect.y + b.rect.height) - Math.max(a.rect.y, b.rect.y)
          expect(Math.min(overlapX, overlapY)).toBeLessThanOrEqual(1e-9)
        }
      }
    }
  })

  it('vertical means a vertical line, so panes side by side', () => {
    const tree: LayoutNode = {
      type: 'split',
      id: 's',
      direction: 'vertical',
      ratios: [0.25, 0.75],
      children: [leaf('a'), leaf('b')],
    }
    const { tiles, dividers } = place(tree)
    expect(tiles.map(tile => [tile.leaf.id, tile.rect.x, tile.rect.width])).toEqual([
      ['a', 0, 0.25],
      ['b', 0.25, 0.75],
    ])
    expect(dividers).toMatchObject([
      { nodeId: 's', index: 0, direction: 'vertical', rect: { x: 0.25, y: 0, width: 0, height: 1 } },
    ])
  })

  it('an n-ary split has a divider between each two children', () => {
    const tree: LayoutNode = {
      type: 'split',
      id: 's',
      direction: 'horizontal',
      ratios: [0.2, 0.3, 0.5],
      children: [leaf('a'), leaf('b'), leaf('c')],
    }
    expect(place(tree).dividers.map(divider => [divider.index, divider.rect.y])).toEqual([
      [0, 0.2],
      [1, 0.5],
    ])
  })

  it('a phone shows one tile over the whole canvas', () => {
    expect(placeSingle(leaf('a'))).toMatchObject({ tiles: [{ rect: { x: 0, y: 0, width: 1, height: 1 } }], dividers: [] })
  })
})

describe('withRatios', () => {
  it('changes one node and shares the rest', () => {
    const inner: LayoutNode = {
      type: 'split',
      id: 'inner',
      direction: 'vertical',
      ratios: [0.5, 0.5],
      children: [leaf('a'), leaf('b')],
    }
    const other: LayoutNode = {
      type: 'split',
      id: 'other',
      direction: 'vertical',
      ratios: [0.5, 0.5],
      children: [leaf('c'), leaf('d')],
    }
    const tree: LayoutNode = { type: 'split', id: 'root', direction: 'horizontal', ratios: [0.5, 0.5], children: [inner, other] }
    const changed = withRatios(tree, 'inner', [0.3, 0.7])
    expect(changed).toMatchObject({ children: [{ id: 'inner', ratios: [0.3, 0.7] }, { id: 'other' }] })
    expect(changed.type === 'split' && changed.children[1]).toBe(other)
    expect(withRatios(tree, 'nowhere', [1])).toBe(tree)
  })
})

describe('tileStyle', () => {
  it('gives half a gap to each inner edge and none to the canvas edge', () => {
    expect(tileStyle({ x: 0, y: 0, width: 1, height: 1 }, '5px')).toEqual({
      left: '0%',
      top: '0%',
      width: '100%',
      height: '100%',
    })
    expect(tileStyle({ x: 0.5, y: 0, width: 0.5, height: 1 }, '5px')).toEqual({
      left: 'calc(50% + 5px / 2)',
      top: '0%',
      width: 'calc(50% - 5px * 0.5)',
      height: '100%',
    })
    expect(tileStyle({ x: 0.25, y: 0.25, width: 0.5, height: 0.5 }, '5px')).toMatchObject({ width: 'calc(50% - 5px * 1)' })
  })
})
