// Roles as people read them. Pure.
import type { Role } from '../../app/session-port'

export const ROLE_OPTIONS: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'member', label: 'Member' },
  { value: 'admin', label: 'Admin' },
  { value: 'owner', label: 'Owner' },
]

export const isRole = (value: string): value is Role => ROLE_OPTIONS.some(option => option.value === value)

/** Renaming, inviting and changing roles; deleting takes an owner. */
export const mayManage = (role: Role | undefined): boolean => role === 'admin' || role === 'owner'
