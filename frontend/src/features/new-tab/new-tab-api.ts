// The Worker's methods that open a tab's process, by the names this feature uses.
import { agentMethods, terminalMethods } from '../../rpc/methods'

export const { open: openAgent } = agentMethods
export const { open: openTerminal } = terminalMethods
