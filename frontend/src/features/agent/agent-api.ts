// The Worker's agent methods.
import type { DescMessage } from '@bufbuild/protobuf'
import * as agent from '../../gen/leapmux/worker/v1/agent_pb'
import type { StreamClass, WorkerMethod } from '../../rpc/ports'

function method<I extends DescMessage, O extends DescMessage>(
  name: string,
  input: I,
  output: O,
  streamClass: StreamClass = 'normal',
): WorkerMethod<I, O> {
  return { name, input, output, class: streamClass }
}

export const watchAgent = method('agent.Watch', agent.WatchAgentRequestSchema, agent.AgentEventSchema)
export const agentHistory = method('agent.History', agent.AgentHistoryRequestSchema, agent.AgentHistoryResponseSchema)
export const sendMessage = method('agent.Send', agent.SendMessageRequestSchema, agent.SendMessageResponseSchema)
export const interruptAgent = method(
  'agent.Interrupt',
  agent.InterruptRequestSchema,
  agent.InterruptResponseSchema,
  'interactive',
)
export const respond = method('agent.Respond', agent.RespondRequestSchema, agent.RespondResponseSchema, 'interactive')
export const setAgentOption = method('agent.SetOption', agent.SetOptionRequestSchema, agent.SetOptionResponseSchema)
export const startAgent = method('agent.Start', agent.StartAgentRequestSchema, agent.StartAgentResponseSchema)
export const dropMessage = method('agent.DropMessage', agent.DropMessageRequestSchema, agent.DropMessageResponseSchema)
export const retryMessage = method('agent.RetryMessage', agent.RetryMessageRequestSchema, agent.RetryMessageResponseSchema)
export const rawLines = method('agent.RawLines', agent.RawLinesRequestSchema, agent.RawLinesResponseSchema)
