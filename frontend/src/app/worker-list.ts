// The Hub's list of Workers as a signal; asked again when the Hub says that it changed.
import { createSignal } from 'solid-js'
import type { ListWorkersResponse } from '../gen/leapmux/hub/v1/worker_pb.js'
import { share } from '../lib/share'
import type { WorkerList, WorkerSummary } from './session-port'

export interface OwnedWorkerList extends WorkerList {
  /** Whether a Worker runs in the Hub's own process; asks the Hub when that is not known yet. */
  isLocal(workerId: string): Promise<boolean>
}

export function createWorkerList(list: () => Promise<ListWorkersResponse>): OwnedWorkerList {
  const [workers, setWorkers] = createSignal<readonly WorkerSummary[]>()
  let asking: Promise<void> | undefined
  let again = false

  async function ask(): Promise<void> {
    do {
      again = false
      const answer = await list()
      const fresh = answer.workers.map(({ workerId, ownerUserId, online, local }) => ({
        id: workerId,
        ownerUserId,
        online,
        local,
      }))
      setWorkers(previous => share(previous, fresh))
    } while (again)
  }

  /** One question at a time; one asked meanwhile is asked once more afterwards. A failure keeps what is known. */
  function refresh(): Promise<void> {
    if (asking) {
      again = true
      return asking
    }
    asking = ask()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  const find = (workerId: string): WorkerSummary | undefined => workers()?.find(worker => worker.id === workerId)
  return {
    workers,
    refresh,
    async isLocal(workerId) {
      if (!find(workerId)) await refresh()
      return find(workerId)?.local ?? false
    },
  }
}
