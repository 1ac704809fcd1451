// Workspaces: their list, creating and deleting them.
export { workspaceFeature } from './feature'
export { titleOf, UNTITLED } from './workspace-actions'
