// Words of a diff.

export const strings = {
  hidden: (lines: number) => (lines === 1 ? '1 line hidden' : `${lines} lines hidden`),
  expandUp: 'Expand up',
  expandDown: 'Expand down',
  truncated: 'Truncated',
  diff: (path: string) => (path === '' ? 'Changes' : `Changes in ${path}`),
  added: (count: number) => `${count} added`,
  removed: (count: number) => `${count} removed`,
  empty: 'No changes',
} as const
