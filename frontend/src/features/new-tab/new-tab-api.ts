// The Worker's methods that open a tab's process.
import { OpenAgentRequestSchema, OpenAgentResponseSchema } from '../../gen/leapmux/worker/v1/agent_pb'
import { OpenTerminalRequestSchema, OpenTerminalResponseSchema } from '../../gen/leapmux/worker/v1/terminal_pb'
import type { WorkerMethod } from '../../rpc/ports'

export const openAgent = {
  name: 'agent.Open',
  input: OpenAgentRequestSchema,
  output: OpenAgentResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof OpenAgentRequestSchema, typeof OpenAgentResponseSchema>

export const openTerminal = {
  name: 'terminal.Open',
  input: OpenTerminalRequestSchema,
  output: OpenTerminalResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof OpenTerminalRequestSchema, typeof OpenTerminalResponseSchema>
