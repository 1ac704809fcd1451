// Organizations and shares over the Hub's calls (spec workspaces.md §9 and §10).
import { type OrganizationMembership, ShareMode, Role as WireRole } from '../gen/leapmux/hub/v1/org_pb.js'
import type { HubClient } from '../rpc/hub-client'
import { asked } from '../rpc/hub-transport'
import type { Member, Membership, Organizations, Role, Sharing } from './session-port'

const ROLES: Readonly<Record<Role, WireRole>> = {
  member: WireRole.MEMBER,
  admin: WireRole.ADMIN,
  owner: WireRole.OWNER,
}

function roleOf(wire: WireRole): Role {
  if (wire === WireRole.OWNER) return 'owner'
  return wire === WireRole.ADMIN ? 'admin' : 'member'
}

function membershipOf({ organization, role }: OrganizationMembership): Membership {
  if (!organization) throw new Error('The Hub did not say which organization.')
  const { orgId, slug, personal } = organization
  return { id: orgId, slug, personal, role: roleOf(role) }
}

/** The organization an address is in; the first one, which is the user's own, when it is in none of them. */
export function organizationAt<O extends { readonly slug: string }>(
  organizations: readonly O[],
  pathname: string,
): O | undefined {
  const slug = /^\/o\/([^/]+)/.exec(pathname)?.[1]
  return organizations.find(organization => organization.slug === slug) ?? organizations[0]
}

export function createOrganizations({ organizations, sharing }: Pick<HubClient, 'organizations' | 'sharing'>): Organizations {
  return {
    async list() {
      const listed = await asked(() => organizations.listOrganizations({}))
      return listed.organizations.map(membershipOf)
    },
    async create(name) {
      const { organization } = await asked(() => organizations.createOrganization({ name }))
      if (!organization) throw new Error('The Hub did not say which organization.')
      return membershipOf(organization)
    },
    async rename(orgId, name) {
      const { organization } = await asked(() => organizations.renameOrganization({ orgId, name }))
      return organization?.slug ?? name
    },
    async delete(orgId) {
      await asked(() => organizations.deleteOrganization({ orgId }))
    },
    async members(orgId) {
      const { members } = await asked(() => organizations.listMembers({ orgId }))
      return members.map(
        ({ userId, username, displayName, role, joinedAtMs }): Member => ({
          userId,
          username,
          displayName,
          role: roleOf(role),
          joinedAtMs: Number(joinedAtMs),
        }),
      )
    },
    async invite(orgId, username, role) {
      await asked(() => organizations.inviteMember({ orgId, username, role: ROLES[role] }))
    },
    async changeRole(orgId, userId, role) {
      await asked(() => organizations.changeMemberRole({ orgId, userId, role: ROLES[role] }))
    },
    async removeMember(orgId, userId) {
      await asked(() => organizations.removeMember({ orgId, userId }))
    },
    async sharing(workspaceId): Promise<Sharing> {
      const found = (await asked(() => sharing.getSharing({ workspaceId }))).sharing
      if (found?.mode === ShareMode.ALL_MEMBERS) return { mode: 'all' }
      return found?.mode === ShareMode.MEMBERS ? { mode: 'members', userIds: found.userIds } : { mode: 'private' }
    },
    async share(workspaceId, how) {
      const wanted =
        how.mode === 'members'
          ? { mode: ShareMode.MEMBERS, userIds: [...how.userIds] }
          : { mode: how.mode === 'all' ? ShareMode.ALL_MEMBERS : ShareMode.PRIVATE }
      await asked(() => sharing.setSharing({ workspaceId, sharing: wanted }))
    },
  }
}
