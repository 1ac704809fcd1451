// Chooses an online Worker (spec WSP-83).
import { createSignal } from 'solid-js'
import { useServices } from '../../app/services'
import { IconButton, Select } from '../../ui'
import { RefreshIcon } from '../../ui/icons'
import { workerLabel } from '../worker'

export function WorkerSelect(props: { readonly value: string | undefined; readonly onChange: (workerId: string) => void }) {
  const { session, workerDirectory } = useServices()
  const [isRefreshing, setRefreshing] = createSignal(false)
  const online = () => (session.workerList.workers() ?? []).filter(worker => worker.online)
  async function refresh(): Promise<void> {
    setRefreshing(true)
    await session.workerList.refresh().catch(() => undefined)
    setRefreshing(false)
  }
  return (
    <Select
      label="Worker"
      options={online().map(worker => ({
        value: worker.id,
        label: workerLabel(worker.id, workerDirectory.info(worker.id).data()),
      }))}
      value={props.value}
      onChange={props.onChange}
      placeholder={session.workerList.workers() === undefined ? 'Loading...' : 'No workers online'}
      actions={
        <IconButton icon={RefreshIcon} label="Refresh workers" size="xs" busy={isRefreshing()} onClick={() => void refresh()} />
      }
    />
  )
}
