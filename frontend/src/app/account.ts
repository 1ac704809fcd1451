// The signed-in user's own account over the Hub's calls (spec SET-50 to SET-56, ACC-80).
import { createClient, type Transport } from '@connectrpc/connect'
import { AuthService } from '../gen/leapmux/hub/v1/auth_pb.js'
import type { User } from '../gen/leapmux/hub/v1/system_pb.js'
import type { HubClient } from '../rpc/hub-client'
import { asked } from '../rpc/hub-transport'
import type { Account, AccountDetails } from './session-port'

export interface AccountOptions {
  readonly transport: Transport
  readonly users: HubClient['users']
  /** The Hub has other names for the user now. */
  onRenamed(user: AccountDetails): void
  /** Logging out begins; the returned function takes it back when it fails. */
  onLoggingOut(): () => void
  onLoggedOut(): void
}

export function createAccount({ transport, users, onRenamed, onLoggingOut, onLoggedOut }: AccountOptions): Account {
  const auth = createClient(AuthService, transport)
  return {
    details: async () => detailsOf((await asked(() => users.getCurrentUser({}))).user),
    async saveProfile(profile) {
      const saved = detailsOf((await asked(() => users.updateProfile(profile))).user)
      onRenamed(saved)
      return saved
    },
    changeEmail: async email => detailsOf((await asked(() => users.requestEmailChange({ email }))).user),
    async changePassword(currentPassword, newPassword) {
      await asked(() => users.changePassword({ currentPassword, newPassword }))
    },
    async signIns() {
      const { sessions } = await asked(() => users.listSessions({}))
      return sessions.map(({ sessionId, createdAtMs, lastActiveMs, userAgent, ip, current }) => ({
        id: sessionId,
        createdAtMs: Number(createdAtMs),
        lastActiveMs: Number(lastActiveMs),
        userAgent,
        ip,
        isCurrent: current,
      }))
    },
    async endSignIn(sessionId) {
      await asked(() => users.revokeSession({ sessionId }))
    },
    async logOut() {
      const takeBack = onLoggingOut()
      try {
        await asked(() => auth.logout({}))
      } catch (error) {
        takeBack()
        throw error
      }
      onLoggedOut()
    },
  }
}

function detailsOf(user: User | undefined): AccountDetails {
  if (!user) throw new Error('The Hub did not say who you are.')
  const { username, displayName, email, emailVerified } = user
  return { username, displayName, email, emailVerified }
}
