// What the settings trigger says: model, then mode. Pure.
import type { OptionGroup } from '../../gen/leapmux/worker/v1/agent_pb'

/** Well-known ids, in the order they are worth knowing; the rest is found in the menu. */
const SHOWN = ['model', 'permissionMode', 'primaryAgent', 'mode']

type Current = (id: string) => string | undefined

export function settingsSummary(groups: readonly OptionGroup[], current: Current): string {
  const labels = SHOWN.flatMap(id => {
    const group = groups.find(candidate => candidate.id === id)
    if (group === undefined) return []
    const label = labelOf(group, current)
    return label ? [label] : id === 'model' ? ['…'] : []
  })
  return labels.length === 0 ? '…' : labels.join(' · ')
}

/** Every setting by name, for who wonders what "Default" means. */
export function settingsDetails(groups: readonly OptionGroup[], current: Current): string {
  return groups.map(group => `${group.label}: ${labelOf(group, current) || '…'}`).join(', ')
}

function labelOf(group: OptionGroup, current: Current): string | undefined {
  const value = current(group.id)
  return group.values.find(option => option.value === value)?.label || value
}
