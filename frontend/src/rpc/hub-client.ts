// The Hub's own API over Connect: who am I, workspaces, layout, Workers. The Hub never sees content; that is worker-client.ts.
import { createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'
import { LayoutService } from '../gen/leapmux/hub/v1/layout_pb.js'
import { SystemService } from '../gen/leapmux/hub/v1/system_pb.js'
import { WorkerService } from '../gen/leapmux/hub/v1/worker_pb.js'
import { WorkspaceService } from '../gen/leapmux/hub/v1/workspace_pb.js'

export type HubClient = ReturnType<typeof createHubClient>

/** `baseUrl`: the Hub's origin; the page's own in a browser. */
export function createHubClient(baseUrl: string) {
  const transport = createConnectTransport({ baseUrl, useBinaryFormat: true, useHttpGet: true })
  return {
    system: createClient(SystemService, transport),
    workspaces: createClient(WorkspaceService, transport),
    layout: createClient(LayoutService, transport),
    workers: createClient(WorkerService, transport),
  }
}
