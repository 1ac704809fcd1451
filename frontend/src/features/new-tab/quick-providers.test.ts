import { expect, it } from 'vitest'
import { quickProviders } from './quick-providers'

it('takes the most recent ones and fills up with the others', () => {
  expect(quickProviders(['a', 'b', 'c'], ['c'], 2, [])).toEqual(['c', 'a'])
  expect(quickProviders(['a', 'b'], ['gone', 'b'], 2, [])).toEqual(['b', 'a'])
})
it('a provider that is shown keeps its slot', () => {
  expect(quickProviders(['a', 'b', 'c'], ['b', 'a'], 2, ['a', 'b'])).toEqual(['a', 'b'])
  expect(quickProviders(['a', 'b', 'c'], ['c', 'a', 'b'], 2, ['a', 'b'])).toEqual(['a', 'c'])
})
it('shows no more than there are', () => {
  expect(quickProviders(['a'], [], 2, [])).toEqual(['a'])
  expect(quickProviders([], ['a'], 2, ['a'])).toEqual([])
})
