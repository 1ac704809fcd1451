// Who is in it, with which role; taking people in and letting them go.
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import type { Member, Membership, Organizations, Role } from '../../app/session-port'
import { createQuery } from '../../lib/query'
import { Button, ConfirmDialog, ErrorPanel, Select, TextField } from '../../ui'
import { Card } from './Card'
import { createTask } from './create-task'
import styles from './OrganizationPage.module.css'
import { isRole, mayManage, ROLE_OPTIONS } from './roles'

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

export function MembersCard(props: { readonly organizations: Organizations; readonly membership: Membership }) {
  const { session, dialogs } = useServices()
  const members = createQuery(
    () => props.membership.id,
    orgId => props.organizations.members(orgId),
  )
  const task = createTask()
  const [username, setUsername] = createSignal('')
  const [role, setRole] = createSignal<Role>('member')
  const isManager = (): boolean => mayManage(props.membership.role)

  async function invite(): Promise<void> {
    const name = username().trim().toLowerCase()
    if (name === '') return
    const work = () => props.organizations.invite(props.membership.id, name, role())
    if (await task.run(work, `Invited ${name} as ${role()}.`, 'Failed to invite member')) {
      setUsername('')
      await members.refetch()
    }
  }
  async function change(member: Member, to: Role): Promise<void> {
    const work = () => props.organizations.changeRole(props.membership.id, member.userId, to)
    await task.run(work, '', 'Failed to update role')
    await members.refetch()
  }
  async function remove(member: Member): Promise<void> {
    const work = () => props.organizations.removeMember(props.membership.id, member.userId)
    await task.run(work, '', 'Failed to remove member')
    await members.refetch()
  }
  const askToRemove = (member: Member): void =>
    void dialogs.show(close => (
      <ConfirmDialog
        title="Remove member"
        text={`Remove ${member.username} from this organization?`}
        action="Remove"
        onConfirm={() => void remove(member)}
        onClose={close}
      />
    ))

  return (
    <Card heading="Members" failure={task.failure()} success={task.success()}>
      <Show when={isManager()}>
        <form
          class={styles.line}
          novalidate
          onSubmit={event => {
            event.preventDefault()
            void invite()
          }}
        >
          <div class={styles.wide}>
            <TextField label="Username" autocapitalize="none" value={username()} onInput={setUsername} />
          </div>
          <div class={styles.narrow}>
            <Select label="Role" options={ROLE_OPTIONS} value={role()} onChange={to => isRole(to) && setRole(to)} />
          </div>
          <Button type="submit" size="lg" busy={task.isBusy()} busyLabel="Inviting..." disabled={username().trim() === ''}>
            Invite
          </Button>
        </form>
      </Show>
      <Switch fallback={<p class={styles.empty}>Loading members...</p>}>
        <Match when={members.data()?.length === 0}>
          <p class={styles.empty}>No members found.</p>
        </Match>
        <Match when={members.data()}>
          {all => (
            <div class={styles.scroller}>
              <table class={styles.table}>
                <thead>
                  <tr>
                    <th scope="col">Username</th>
                    <th scope="col" class={styles.optional}>
                      Display Name
                    </th>
                    <th scope="col">Role</th>
                    <th scope="col" class={styles.optional}>
                      Joined
                    </th>
                    <th scope="col">Actions</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={all()}>
                    {member => (
                      <MemberRow
                        member={member}
                        isOwn={member.userId === session.user.id}
                        isManager={isManager()}
                        onRole={to => void change(member, to)}
                        onRemove={() => askToRemove(member)}
                      />
                    )}
                  </For>
                </tbody>
              </table>
            </div>
          )}
        </Match>
        <Match when={members.error()}>
          {error => (
            <ErrorPanel
              inline
              title="Failed to load members"
              text={error().message}
              action={{ label: 'Retry', run: () => void members.refetch() }}
            />
          )}
        </Match>
      </Switch>
    </Card>
  )
}

function MemberRow(props: {
  readonly member: Member
  readonly isOwn: boolean
  readonly isManager: boolean
  readonly onRole: (role: Role) => void
  readonly onRemove: () => void
}) {
  const roleLabel = (): string => ROLE_OPTIONS.find(option => option.value === props.member.role)?.label ?? ''
  return (
    <tr>
      <td>{props.member.username}</td>
      <td class={styles.optional}>{props.member.displayName || '-'}</td>
      <td class={styles.role}>
        <Show when={props.isManager} fallback={roleLabel()}>
          <Select
            label={`Role of ${props.member.username}`}
            hideLabel
            options={ROLE_OPTIONS}
            value={props.member.role}
            disabled={props.isOwn}
            onChange={to => isRole(to) && to !== props.member.role && props.onRole(to)}
          />
        </Show>
      </td>
      <td class={`${styles.when} ${styles.optional}`}>
        {props.member.joinedAtMs === 0 ? '-' : DATE.format(props.member.joinedAtMs)}
      </td>
      <td>
        <Show when={props.isManager}>
          <Button
            size="sm"
            variant="danger"
            disabled={props.isOwn}
            aria-label={`Remove ${props.member.username}`}
            onClick={() => props.onRemove()}
          >
            Remove
          </Button>
        </Show>
      </td>
    </tr>
  )
}
