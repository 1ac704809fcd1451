// The Hub's own API over Connect: workspaces, layout, Workers, organizations, the caller's account. The Hub never sees content; that is
// worker-client.ts.
import { createClient, type Transport } from '@connectrpc/connect'
import { LayoutService } from '../gen/leapmux/hub/v1/layout_pb.js'
import { OrganizationService, SharingService } from '../gen/leapmux/hub/v1/org_pb.js'
import { UserService } from '../gen/leapmux/hub/v1/user_pb.js'
import { WorkerService } from '../gen/leapmux/hub/v1/worker_pb.js'
import { WorkspaceService } from '../gen/leapmux/hub/v1/workspace_pb.js'

export type HubClient = ReturnType<typeof createHubClient>

export function createHubClient(transport: Transport) {
  return {
    workspaces: createClient(WorkspaceService, transport),
    layout: createClient(LayoutService, transport),
    workers: createClient(WorkerService, transport),
    users: createClient(UserService, transport),
    organizations: createClient(OrganizationService, transport),
    sharing: createClient(SharingService, transport),
  }
}
