import { expect, it } from 'vitest'
import { share } from './share'

const tile = (id: string, ...tabs: string[]) => ({ type: 'leaf', id, tabs: tabs.map(tab => ({ id: tab, kind: 'agent' })) })

it('keeps the identity of everything that did not change', () => {
  const before = { ratios: [0.5, 0.5], children: [tile('a', 'x', 'y'), tile('b', 'z')] }
  const copy = structuredClone(before)
  expect(share(before, copy)).toBe(before)

  const after = share(before, { ratios: [0.5, 0.5], children: [tile('b', 'z'), tile('a', 'y', 'x', 'w')] })
  expect(after.ratios).toBe(before.ratios)
  expect(after.children[0]).toBe(before.children[1])
  expect(after.children[1]).not.toBe(before.children[0])
  expect(after.children[1]?.tabs[0]).toBe(before.children[0]?.tabs[1])
})

it('tells missing from undefined and shorter from equal', () => {
  const before: unknown = { a: undefined, list: [1, 2] }
  expect(share(before, { b: undefined, list: [1] })).toEqual({ b: undefined, list: [1] })
  expect(share(before, { a: undefined, list: [1, 2] })).toBe(before)
  expect(share(undefined, 'text')).toBe('text')
})
