// Organizations: which one is worked in, who belongs to it, and with whom its workspaces are shared.
export { createOrganizationMenu } from './organization-menu'
export { ShareWorkspaceDialog } from './share-dialog'
