// What the settings trigger says: model, then mode. Pure.
import type { OptionGroup } from '../../gen/leapmux/worker/v1/agent_pb'

/** Well-known ids, in the order they are worth knowing; the rest is found in the menu. */
const SHOWN = ['model', 'permissionMode', 'primaryAgent', 'mode']

export function settingsSummary(groups: readonly OptionGroup[], current: (id: string) => string | undefined): string {
  const labels = SHOWN.flatMap(id => {
    const group = groups.find(candidate => candidate.id === id)
    if (group === undefined) return []
    const value = current(id)
    const label = group.values.find(option => option.value === value)?.label || value
    return label ? [label] : id === 'model' ? ['…'] : []
  })
  return labels.length === 0 ? '…' : labels.join(' · ')
}
