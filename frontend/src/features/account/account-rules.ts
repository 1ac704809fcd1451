// What accounts may be called and how they are guarded, checked while people type. The Hub checks again: `leapmux-types` has the
// same rules (spec ACC-20 to ACC-25). Pure.
import * as v from 'valibot'
import { slugProblem } from '../../lib/slug'

const NAME_MAX = 128
const EMAIL_MAX = 254
const PASSWORD_MIN = 8
const PASSWORD_MAX = 128
const PASSWORD_MAX_BYTES = 512

/** `isFirst`: in first-run setup, where `admin` may be had. */
export function usernameProblem(text: string, isFirst: boolean): string | undefined {
  const problem = slugProblem('Username', text)
  if (problem !== undefined) return problem
  const slug = text.trim().toLowerCase()
  if (slug === 'solo' || (slug === 'admin' && !isFirst)) return `"${slug}" is a reserved username`
  return undefined
}

export function displayNameProblem(text: string): string | undefined {
  return [...text.trim()].length > NAME_MAX ? 'Display name must be at most 128 characters' : undefined
}

/** Empty is no address, and fine. */
export function emailProblem(text: string): string | undefined {
  const email = text.trim()
  if (email === '') return undefined
  if ([...email].length > EMAIL_MAX) return 'Email must be at most 254 characters'
  const local = String.raw`[^\s@.<>()[\],;:"\\]+(?:\.[^\s@.<>()[\],;:"\\]+)*`
  const label = String.raw`[^\s@.<>()[\],;:"\\-](?:[^\s@.<>()[\],;:"\\]*[^\s@.<>()[\],;:"\\-])?`
  return new RegExp(`^${local}@${label}(?:\\.${label})+$`, 'u').test(email) ? undefined : 'Invalid email address'
}

export function passwordProblem(password: string): string | undefined {
  const length = [...password].length
  if (length < PASSWORD_MIN) return 'Password must be at least 8 characters'
  const isLong = length > PASSWORD_MAX || new TextEncoder().encode(password).length > PASSWORD_MAX_BYTES
  return isLong ? 'Password must be at most 128 characters' : undefined
}

/** A field of a schema with one of the rules above. */
export function ruled(problem: (text: string) => string | undefined) {
  return v.pipe(
    v.string(),
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? problem(dataset.value) : undefined
      if (message !== undefined) addIssue({ message })
    }),
  )
}

export interface NewPassword {
  readonly password: string
  readonly confirmation: string
}

export interface AccountInput extends NewPassword {
  readonly username: string
  readonly displayName: string
  readonly email: string
}

/** Ties the confirmation of a schema to its password, whatever else is wrong with it. */
export function confirmed<T extends NewPassword>(schema: v.GenericSchema<T, T>): v.GenericSchema<T, T> {
  return v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      const values = dataset.value as Partial<NewPassword>
      if (values.password === values.confirmation) return
      addIssue({
        message: 'Passwords do not match.',
        path: [
          {
            type: 'object',
            origin: 'value',
            input: values as Record<string, unknown>,
            key: 'confirmation',
            value: values.confirmation,
          },
        ],
      })
    }),
  )
}

export function accountSchema(isFirst: boolean): v.GenericSchema<AccountInput, AccountInput> {
  return confirmed(
    v.object({
      username: ruled(text => usernameProblem(text, isFirst)),
      displayName: ruled(displayNameProblem),
      email: ruled(emailProblem),
      password: ruled(passwordProblem),
      confirmation: v.string(),
    }),
  )
}
