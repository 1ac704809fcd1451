import { expect, it } from 'vitest'
import { organizationAt } from './organizations'

const [ada, crew] = [{ slug: 'ada' }, { slug: 'crew' }]

it.each([
  ['/o/crew', crew],
  ['/o/crew/workspace/ws_1', crew],
  ['/o/ada/org', ada],
  ['/o/nobody', ada],
  ['/', ada],
  ['/login', ada],
])('at %s it is the right one', (pathname, expected) => {
  expect(organizationAt([ada, crew], pathname)).toBe(expected)
})

it('is none when there is none', () => {
  expect(organizationAt([], '/o/ada')).toBeUndefined()
})
