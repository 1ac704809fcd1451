// The info block of a Worker (spec WSP-141). Pure.
import type { SystemInfoResponse } from '../../gen/leapmux/worker/v1/system_pb'

export interface WorkerDetails {
  readonly rows: readonly { readonly label: string; readonly value: string }[]
  readonly json: Readonly<Record<string, string>>
}

export function workerDetails(workerId: string, info: SystemInfoResponse | undefined): WorkerDetails {
  const version = info && (info.commit === '' ? info.version : `${info.version} (${info.commit})`)
  const system = info && (info.arch === '' ? info.os : `${info.os} (${info.arch})`)
  const rows = [
    { label: 'Name', key: 'name', value: info?.name },
    { label: 'Version', key: 'version', value: version },
    { label: 'OS', key: 'os', value: system },
    { label: 'Built at', key: 'built_at', value: info?.builtAt },
  ].filter(row => row.value !== undefined && row.value !== '')
  const known = rows.map(row => ({ label: row.label, key: row.key, value: row.value ?? '' }))
  return {
    rows: known.length > 0 ? known.map(({ label, value }) => ({ label, value })) : [{ label: 'Id', value: workerId }],
    json: Object.fromEntries([['worker_id', workerId], ...known.map(({ key, value }) => [key, value] as const)]),
  }
}
