import { expect, it } from 'vitest'
import { isOutside, loginPath, sameSitePath } from './same-site'

it('leads back to a path of this site, with its query and fragment', () => {
  expect(sameSitePath('/o/ada/workspace/ws_1?tab=2#end')).toBe('/o/ada/workspace/ws_1?tab=2#end')
  expect(loginPath('/o/ada?x=1&y=2')).toBe('/login?redirect=%2Fo%2Fada%3Fx%3D1%26y%3D2')
})

it.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\t\\evil.example',
  'javascript:alert(1)',
  'o/ada',
  '',
  null,
  undefined,
])('goes home for %j', text => {
  expect(sameSitePath(text)).toBe('/')
})

it('does not lead from one door to another', () => {
  expect(sameSitePath('/login?redirect=/login')).toBe('/')
  expect(sameSitePath('/setup/')).toBe('/')
  expect(loginPath('/')).toBe('/login')
  expect(isOutside('/signup/')).toBe(true)
  expect(isOutside('/signup-sheet')).toBe(false)
})
