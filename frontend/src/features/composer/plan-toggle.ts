// Shift+Tab: into plan mode and back to what was before. Pure.

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
