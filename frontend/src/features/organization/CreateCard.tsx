// Another organization, of which whoever makes it is the owner.
import { createSignal } from 'solid-js'
import type { Organizations } from '../../app/session-port'
import { slugProblem } from '../../lib/slug'
import { Button, TextField } from '../../ui'
import { Card } from './Card'
import { createTask } from './create-task'
import styles from './OrganizationPage.module.css'

export function CreateCard(props: { readonly organizations: Organizations }) {
  const [name, setName] = createSignal('')
  const task = createTask()
  const problem = (): string | undefined => (name() === '' ? undefined : slugProblem('Organization name', name()))
  const isReady = (): boolean => name().trim() !== '' && problem() === undefined

  async function create(): Promise<void> {
    if (!isReady()) return
    const slug = name().trim().toLowerCase()
    const work = () => props.organizations.create(name())
    if (await task.run(work, `Organization "${slug}" created.`, 'Failed to create organization')) setName('')
  }

  return (
    <Card heading="Create Organization" failure={task.failure()} success={task.success()}>
      <form
        class={styles.line}
        novalidate
        onSubmit={event => {
          event.preventDefault()
          void create()
        }}
      >
        <div class={styles.wide}>
          <TextField label="Organization name" autocapitalize="none" value={name()} error={problem()} onInput={setName} />
        </div>
        <Button type="submit" size="lg" busy={task.isBusy()} busyLabel="Creating..." disabled={!isReady()}>
          Create
        </Button>
      </form>
    </Card>
  )
}
