// Name and type. A personal organization goes by its user's name.
import { createSignal, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { Membership, Organizations } from '../../app/session-port'
import { slugProblem } from '../../lib/slug'
import { Button, TextField } from '../../ui'
import { Card } from './Card'
import { createTask } from './create-task'
import styles from './OrganizationPage.module.css'
import { mayManage } from './roles'

export function GeneralCard(props: { readonly organizations: Organizations; readonly membership: Membership }) {
  const { navigation } = useServices()
  const [name, setName] = createSignal(props.membership.slug)
  const task = createTask()
  const isChanged = (): boolean => name().trim().toLowerCase() !== props.membership.slug
  const problem = (): string | undefined => (isChanged() ? slugProblem('Name', name()) : undefined)

  async function save(): Promise<void> {
    if (!isChanged() || problem() !== undefined) return
    let slug = ''
    const rename = async () => {
      slug = await props.organizations.rename(props.membership.id, name())
    }
    // Its address is another one now.
    if (await task.run(rename, 'Organization name updated.', 'Failed to update name')) {
      navigation.switchOrganization(`${slug}/org`)
    }
  }

  return (
    <Card heading="General" failure={task.failure()} success={task.success()}>
      <Show
        when={!props.membership.personal && mayManage(props.membership.role)}
        fallback={
          <dl class={styles.facts}>
            <dt>Name</dt>
            <dd>{props.membership.slug}</dd>
            <dt>Type</dt>
            <dd>{props.membership.personal ? 'Personal' : 'Team'}</dd>
          </dl>
        }
      >
        <form
          class={styles.line}
          novalidate
          onSubmit={event => {
            event.preventDefault()
            void save()
          }}
        >
          <div class={styles.wide}>
            <TextField label="Name" autocapitalize="none" value={name()} error={problem()} onInput={setName} />
          </div>
          <Button
            type="submit"
            size="lg"
            busy={task.isBusy()}
            busyLabel="Saving..."
            disabled={!isChanged() || problem() !== undefined}
          >
            Save
          </Button>
        </form>
      </Show>
    </Card>
  )
}
