import * as v from 'valibot'
import { expect, it } from 'vitest'
import { accountSchema, emailProblem, passwordProblem, usernameProblem } from './account-rules'
import { passwordStrength } from './strength'
import { describeBrowser } from './user-agent'

it.each([
  ['  ', 'Username must not be empty'],
  ['a'.repeat(33), 'Username must be at most 32 characters'],
  ['a_b', 'Username must contain only letters, numbers, and hyphens'],
  ['é', 'Username must contain only letters, numbers, and hyphens'],
  ['-a', 'Username must not start with a hyphen'],
  ['a-', 'Username must not end with a hyphen'],
  ['a--b', 'Username must not contain consecutive hyphens'],
  ['Solo', '"solo" is a reserved username'],
  ['admin', '"admin" is a reserved username'],
  [' Ada-2 ', undefined],
])('says of the username %j: %j', (text, problem) => {
  expect(usernameProblem(text, false)).toBe(problem)
})

it('lets the first administrator be called so, and nobody be called solo', () => {
  expect(usernameProblem('admin', true)).toBeUndefined()
  expect(usernameProblem('solo', true)).toBeDefined()
})

it('takes the addresses the Hub takes', () => {
  for (const good of ['', 'a@b.c', ' ada.lovelace+mux@maths.example ', '名@例え.example'])
    expect(emailProblem(good), good).toBeUndefined()
  for (const bad of [
    'a',
    'a@b',
    '@b.c',
    'a@',
    'a@.c',
    'a@b.',
    'a@b..c',
    'a b@c.d',
    'Ada <a@b.c>',
    'a@b@c.d',
    'a@-b.c',
    'a..b@c.d',
    '.a@b.c',
  ]) {
    expect(emailProblem(bad), bad).toBe('Invalid email address')
  }
})

it('counts characters of a password, not bytes', () => {
  expect(passwordProblem('1234567')).toBe('Password must be at least 8 characters')
  expect(passwordProblem('éééééééé')).toBeUndefined()
  expect(passwordProblem('名'.repeat(128))).toBeUndefined()
  expect(passwordProblem('a'.repeat(129))).toBe('Password must be at most 128 characters')
})

it('finds a wrong confirmation whatever else is wrong', () => {
  const input = { username: '-', displayName: '', email: '', password: 'short', confirmation: 'other' }
  const issues = v.safeParse(accountSchema(false), input).issues?.map(issue => [issue.path?.[0]?.key, issue.message])
  expect(issues).toContainEqual(['confirmation', 'Passwords do not match.'])
  expect(issues).toContainEqual(['password', 'Password must be at least 8 characters'])
  const fine = { username: 'ada', displayName: '', email: '', password: 'long enough', confirmation: 'long enough' }
  expect(v.safeParse(accountSchema(false), fine).success).toBe(true)
})

it('grades passwords, and one kind of character at most as fair', () => {
  expect(passwordStrength('short')).toBe('Weak')
  expect(passwordStrength('aaaaaaaaaaaaaaaa')).toBe('Weak')
  expect(passwordStrength('12345678')).toBe('Weak')
  expect(passwordStrength('qzmxrtplkvbnwdfg')).toBe('Fair')
  expect(passwordStrength('93718264059173')).toBe('Fair')
  expect(passwordStrength('tr0ub4dor&3')).toBe('Good')
  expect(passwordStrength('correct horse battery staple')).toBe('Strong')
})

it('names browsers as people do', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
  expect(describeBrowser(chrome)).toBe('Chrome on Linux')
  expect(describeBrowser(`${chrome} Edg/156.0`.replace('X11; Linux x86_64', 'Windows NT 10.0; Win64'))).toBe('Edge on Windows')
  expect(
    describeBrowser('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604'),
  ).toBe('Safari on iPhone')
  expect(describeBrowser('Mozilla/5.0 (Macintosh; Intel Mac OS X 14.0; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe(
    'Firefox on macOS',
  )
  expect(describeBrowser('leapmux-cli/0.1.0')).toBe('leapmux-cli/0.1.0')
  expect(describeBrowser('')).toBe('Unknown device')
})
