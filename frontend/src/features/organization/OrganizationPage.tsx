// "Organization Settings": its name, its members, another one, and its end (spec ORG-6 to ORG-13).
import { A } from '@solidjs/router'
import { Match, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import type { Membership, Organizations } from '../../app/session-port'
import { createQuery } from '../../lib/query'
import { ErrorPanel, Skeleton } from '../../ui'
import { CreateCard } from './CreateCard'
import { DangerCard } from './DangerCard'
import { GeneralCard } from './GeneralCard'
import { MembersCard } from './MembersCard'
import styles from './OrganizationPage.module.css'

export default function OrganizationPage(props: { readonly organizations: Organizations }) {
  const { session } = useServices()
  const listed = createQuery(
    () => session.organization.id,
    () => props.organizations.list(),
  )
  const current = (): Membership | undefined => listed.data()?.find(({ id }) => id === session.organization.id)

  return (
    <div class={styles.page}>
      <main class={styles.column}>
        <header class={styles.header}>
          <A class={styles.back} href={`/o/${session.organization.slug}`}>
            {'<- Dashboard'}
          </A>
          <h1 class={styles.title}>Organization Settings</h1>
        </header>
        <Switch fallback={<Skeleton widths={['40%', '100%', '60%', '100%']} />}>
          <Match when={current()}>
            {membership => (
              <>
                <GeneralCard organizations={props.organizations} membership={membership()} />
                <MembersCard organizations={props.organizations} membership={membership()} />
                <CreateCard organizations={props.organizations} />
                <Show when={!membership().personal && membership().role === 'owner'}>
                  <DangerCard organizations={props.organizations} membership={membership()} />
                </Show>
              </>
            )}
          </Match>
          <Match when={listed.error()}>
            {error => (
              <ErrorPanel
                inline
                title="Failed to load the organization"
                text={error().message}
                action={{ label: 'Retry', run: () => void listed.refetch() }}
              />
            )}
          </Match>
        </Switch>
      </main>
    </div>
  )
}
