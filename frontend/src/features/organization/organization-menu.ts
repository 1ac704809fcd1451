// What the application menu says of organizations: the user's, of which one is worked in, and the settings of that one.
import type { Services } from '../../app/services'
import { createQuery } from '../../lib/query'
import type { MenuEntry } from '../../ui'
import { BuildingIcon } from '../../ui/icons'

export interface OrganizationMenu {
  readonly entries: () => readonly MenuEntry[]
  /** The user may have been taken into another one meanwhile. */
  refresh(): void
}

/** Empty in solo mode. Call under an owner. */
export function createOrganizationMenu({ session, navigation }: Pick<Services, 'session' | 'navigation'>): OrganizationMenu {
  const { organizations } = session
  const listed = createQuery(
    () => organizations,
    port => port.list(),
  )
  const byName = () => (listed.data() ?? []).toSorted((a, b) => a.slug.localeCompare(b.slug))
  return {
    entries: () =>
      organizations
        ? [
            {
              type: 'group',
              label: 'Switch Organization',
              entries: byName().map(({ id, slug, personal }) => ({
                label: slug,
                note: personal ? '(personal)' : undefined,
                checked: id === session.organization.id,
                run: () => id !== session.organization.id && navigation.switchOrganization(slug),
              })),
            },
            { label: 'Organization settings...', icon: BuildingIcon, run: navigation.openOrganization },
            { type: 'separator' },
          ]
        : [],
    refresh: () => void listed.refetch(),
  }
}
