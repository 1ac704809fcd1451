// The table of everything a Worker can be asked: stream method name, messages, class of the stream (channel.md 10.4).
import type { DescMessage } from '@bufbuild/protobuf'
import * as agent from '../gen/leapmux/worker/v1/agent_pb.js'
import * as file from '../gen/leapmux/worker/v1/file_pb.js'
import * as system from '../gen/leapmux/worker/v1/system_pb.js'
import * as tab from '../gen/leapmux/worker/v1/tab_pb.js'
import * as terminal from '../gen/leapmux/worker/v1/terminal_pb.js'
import type { StreamClass, WorkerMethod } from './ports'

function method<I extends DescMessage, O extends DescMessage>(
  name: string,
  input: I,
  output: O,
  streamClass: StreamClass = 'normal',
): WorkerMethod<I, O> {
  return { name, input, output, class: streamClass }
}

export const systemMethods = {
  info: method('system.Info', system.SystemInfoRequestSchema, system.SystemInfoResponseSchema),
  listShells: method('system.ListShells', system.ListShellsRequestSchema, system.ListShellsResponseSchema),
  watchDevices: method('system.WatchDevices', system.WatchDevicesRequestSchema, system.WatchDevicesEventSchema),
  listProviders: method('system.ListProviders', system.ListProvidersRequestSchema, system.ListProvidersResponseSchema),
} as const

export const fileMethods = {
  listDirectory: method('file.ListDirectory', file.ListDirectoryRequestSchema, file.ListDirectoryResponseSchema),
} as const

export const tabMethods = {
  watch: method('tab.Watch', tab.WatchTabsRequestSchema, tab.WatchTabsEventSchema),
  rename: method('tab.Rename', tab.RenameTabRequestSchema, tab.RenameTabResponseSchema),
  close: method('tab.Close', tab.CloseTabRequestSchema, tab.CloseTabResponseSchema),
} as const

export const terminalMethods = {
  open: method('terminal.Open', terminal.OpenTerminalRequestSchema, terminal.OpenTerminalResponseSchema),
  attach: method('terminal.Attach', terminal.AttachTerminalRequestSchema, terminal.TerminalEventSchema),
  /** A client stream; the Worker answers nothing on it but its end. */
  input: method('terminal.Input', terminal.TerminalInputSchema, terminal.TerminalStatusSchema, 'interactive'),
  restart: method('terminal.Restart', terminal.RestartTerminalRequestSchema, terminal.RestartTerminalResponseSchema),
} as const

export const agentMethods = {
  open: method('agent.Open', agent.OpenAgentRequestSchema, agent.OpenAgentResponseSchema),
  watch: method('agent.Watch', agent.WatchAgentRequestSchema, agent.AgentEventSchema),
  history: method('agent.History', agent.AgentHistoryRequestSchema, agent.AgentHistoryResponseSchema, 'bulk'),
  send: method('agent.Send', agent.SendMessageRequestSchema, agent.SendMessageResponseSchema, 'interactive'),
  interrupt: method('agent.Interrupt', agent.InterruptRequestSchema, agent.InterruptResponseSchema, 'interactive'),
  respond: method('agent.Respond', agent.RespondRequestSchema, agent.RespondResponseSchema, 'interactive'),
  setOption: method('agent.SetOption', agent.SetOptionRequestSchema, agent.SetOptionResponseSchema),
  start: method('agent.Start', agent.StartAgentRequestSchema, agent.StartAgentResponseSchema),
  dropMessage: method('agent.DropMessage', agent.DropMessageRequestSchema, agent.DropMessageResponseSchema),
  retryMessage: method('agent.RetryMessage', agent.RetryMessageRequestSchema, agent.RetryMessageResponseSchema),
  rawLines: method('agent.RawLines', agent.RawLinesRequestSchema, agent.RawLinesResponseSchema, 'bulk'),
} as const
