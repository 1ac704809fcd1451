import { expect, it } from 'vitest'
import { ancestorsOf, baseName, joinPath } from './directory-model'

it('joins and names with the separator of the path', () => {
  expect([joinPath('/', 'etc'), joinPath('/home/ada', 'src'), joinPath('C:\\', 'src')]).toEqual([
    '/etc',
    '/home/ada/src',
    'C:\\src',
  ])
  expect([baseName('/home/ada/'), baseName('C:\\src\\app'), baseName('/')]).toEqual(['ada', 'app', '/'])
})
it('knows the way from a root to a path', () => {
  expect(ancestorsOf('/home/ada', '/home/ada/src/app')).toEqual(['/home/ada', '/home/ada/src'])
  expect(ancestorsOf('/', '/etc')).toEqual(['/'])
  expect(ancestorsOf('/home/ada', '/home/ada')).toEqual([])
  expect(ancestorsOf('/home/ada', '/home/adam')).toBeUndefined()
})
