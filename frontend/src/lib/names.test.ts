import { expect, it } from 'vitest'
import { randomName } from './names'

it('is three words in title case, from the first to the last of each list', () => {
  expect(randomName(() => 0)).toBe('Amber Alpine Anchor')
  expect(randomName(() => 0.999999)).toBe('Young Winter Wren')
})
