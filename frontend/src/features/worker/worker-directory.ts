// What Workers say about themselves: name, system, shells, providers. Asked over the channel, kept for a minute.
import type {
  ListProvidersResponse,
  ListShellsResponse,
  Provider,
  SystemInfoResponse,
} from '../../gen/leapmux/worker/v1/system_pb'
import { createQueryCache, type Query } from '../../lib/query'
import type { AppStorage } from '../../lib/storage'
import type { WorkerClients } from '../../rpc/ports'
import { listProviders, listShells, systemInfo } from './worker-api'

/** Worker details are cached this long (spec WSP-83). */
const MAX_AGE_MS = 60_000

export interface WorkerDirectory {
  info(workerId: string): Query<SystemInfoResponse>
  shells(workerId: string): Query<ListShellsResponse>
  /** `refetch` makes the Worker look for CLIs again. */
  providers(workerId: string): Query<ListProvidersResponse>
  /** The Worker's own name, or undefined until it is known. */
  name(workerId: string): string | undefined
  /** The name it last had in this browser; asks nobody. */
  lastName(workerId: string): string | undefined
  /** Installed providers that run, sorted by label; undefined until the Worker answered. */
  usableProviders(workerId: string): readonly Provider[] | undefined
  provider(workerId: string, providerId: string): Provider | undefined
}

/** Names are remembered: a Worker that is away is called what it was called. */
const NAME_KEY = 'worker-name:'

export function createWorkerDirectory(workers: WorkerClients, storage: Pick<AppStorage, 'get' | 'set'>): WorkerDirectory {
  const isReachable = (workerId: string): boolean => workers.get(workerId).state().kind === 'connected'
  const infos = createQueryCache<SystemInfoResponse>({
    async fetch(workerId, { signal }) {
      const info = await workers.get(workerId).call(systemInfo, {}, { signal })
      if (info.name !== '') storage.set(NAME_KEY + workerId, info.name)
      return info
    },
    maxAgeMs: MAX_AGE_MS,
    isReachable,
  })
  const shells = createQueryCache<ListShellsResponse>({
    fetch: (workerId, { signal }) => workers.get(workerId).call(listShells, {}, { signal }),
    maxAgeMs: MAX_AGE_MS,
    isReachable,
  })
  const providers = createQueryCache<ListProvidersResponse>({
    fetch: (workerId, { signal, isRefetch }) => workers.get(workerId).call(listProviders, { refresh: isRefetch }, { signal }),
    // A probe starts login shells: only the user's own refresh asks for it again.
    maxAgeMs: Number.POSITIVE_INFINITY,
    isReachable,
  })

  function lastName(workerId: string): string | undefined {
    const name = storage.get(NAME_KEY + workerId)
    return typeof name === 'string' ? name : undefined
  }

  return {
    info: infos.get,
    shells: shells.get,
    providers: providers.get,
    name: workerId => infos.get(workerId).data()?.name ?? lastName(workerId),
    lastName,
    usableProviders: workerId =>
      providers
        .get(workerId)
        .data()
        ?.providers.filter(provider => provider.installed)
        .toSorted((a, b) => a.label.localeCompare(b.label)),
    provider: (workerId, providerId) =>
      providers
        .get(workerId)
        .data()
        ?.providers.find(provider => provider.id === providerId),
  }
}

/** `name (version, os, arch)`, or the id until the Worker answered (spec WSP-83). */
export function workerLabel(workerId: string, info: SystemInfoResponse | undefined): string {
  if (!info) return workerId
  const details = [info.version, info.os, info.arch].filter(part => part !== '').join(', ')
  return details === '' ? info.name : `${info.name} (${details})`
}
