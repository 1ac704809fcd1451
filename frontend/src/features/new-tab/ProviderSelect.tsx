// Chooses an installed agent provider of a Worker (spec WSP-84).
import { Show } from 'solid-js'
import { useServices } from '../../app/services'
import { ErrorPanel, IconButton, Select } from '../../ui'
import { RefreshIcon } from '../../ui/icons'
import { ProviderIcon } from './ProviderIcon'

export function ProviderSelect(props: {
  readonly workerId: string
  readonly value: string | undefined
  readonly onChange: (provider: string) => void
}) {
  const { workerDirectory } = useServices()
  const query = () => workerDirectory.providers(props.workerId)
  const isLoading = (): boolean => query().state() === 'pending'
  return (
    <>
      <Select
        label="Agent Provider"
        options={(workerDirectory.usableProviders(props.workerId) ?? []).map(provider => ({
          value: provider.id,
          label: provider.label,
          note: provider.problem === '' ? provider.version : provider.problem,
          disabled: provider.problem !== '',
          graphic: () => <ProviderIcon label={provider.label} />,
        }))}
        value={props.value}
        onChange={props.onChange}
        placeholder={isLoading() && query().data() === undefined ? 'Loading...' : 'No agents available'}
        actions={
          <IconButton
            icon={RefreshIcon}
            label="Refresh available providers"
            size="xs"
            busy={isLoading()}
            onClick={() => void query().refetch()}
          />
        }
      />
      <Show when={query().state() === 'failed'}>
        <ErrorPanel inline title="Failed to load available agent providers" text={query().error()?.message} />
      </Show>
    </>
  )
}
