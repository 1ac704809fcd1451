// The end of an organization.
import { useServices } from '../../app/services'
import type { Membership, Organizations } from '../../app/session-port'
import { Button, ConfirmDialog } from '../../ui'
import { Card } from './Card'
import { createTask } from './create-task'
import styles from './OrganizationPage.module.css'

export function DangerCard(props: { readonly organizations: Organizations; readonly membership: Membership }) {
  const { dialogs, navigation, session } = useServices()
  const task = createTask()

  async function remove(): Promise<void> {
    const work = () => props.organizations.delete(props.membership.id)
    if (await task.run(work, '', 'Failed to delete organization')) navigation.switchOrganization(session.user.username)
  }

  return (
    <Card heading="Danger Zone" tone="danger" failure={task.failure()}>
      <div class={styles.line}>
        <p class={styles.wide}>Permanently delete this organization and all its data. This action cannot be undone.</p>
        <Button
          variant="danger"
          busy={task.isBusy()}
          busyLabel="Deleting..."
          onClick={() =>
            void dialogs.show(close => (
              <ConfirmDialog
                title="Delete organization"
                text={`Are you sure you want to delete "${props.membership.slug}"? This cannot be undone.`}
                action="Delete"
                onConfirm={() => void remove()}
                onClose={close}
              />
            ))
          }
        >
          Delete Organization
        </Button>
      </div>
    </Card>
  )
}
