// Shift+Tab: into plan mode and back to what was before. Pure.
import type { OptionGroup } from '../../gen/leapmux/worker/v1/agent_pb'

/** The group plan mode is a value of: the one the provider names, else the only one that has it. */
export function planGroup(groups: readonly OptionGroup[], named: string): OptionGroup | undefined {
  const withPlan = groups.filter(group => group.mutable && group.values.some(option => option.value === 'plan'))
  return withPlan.find(group => group.id === named) ?? (withPlan.length === 1 ? withPlan[0] : undefined)
}

/** The value to set next, and the one to come back to. Undefined when the agent has no plan mode. */
export function planToggle(
  current: string | undefined,
  previous: string | undefined,
  values: readonly string[],
): { readonly next: string; readonly previous: string } | undefined {
  if (current === undefined || !values.includes('plan')) return undefined
  if (current !== 'plan') return { next: 'plan', previous: current }
  const back = previous ?? values.find(value => value !== 'plan')
  return back === undefined ? undefined : { next: back, previous: back }
}
