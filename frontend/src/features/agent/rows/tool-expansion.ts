// Whether a tool's body is shown before the reader has said anything. Pure.
import { type ToolCall, ToolStatus } from '../../../gen/leapmux/worker/v1/agent_pb'

/** Changes are worth seeing, and so is the plan of a running sub-agent; everything else is one line. */
export function isToolExpanded(tool: ToolCall, chosen: boolean | undefined): boolean {
  if (chosen !== undefined) return chosen
  if (tool.kind === 'task') return tool.status === ToolStatus.RUNNING
  return tool.diffs.length > 0
}
