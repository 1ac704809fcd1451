// Diffs for other features.
export { Diff, type DiffLayout } from './Diff'
export { DiffStats } from './DiffStats'
export { buildDiff, type DiffSource } from './model'
