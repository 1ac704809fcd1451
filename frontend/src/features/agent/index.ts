// The agent feature: a tab kind, its stores, and the to-dos for the sidebar.
import { lazy } from 'solid-js'
import type { Feature } from '../../app/feature'
import { AgentIcon } from './AgentIcon'

export { AgentTodos } from './AgentTodos'
export type { AgentStore } from './agent-store'
export { type AgentStores, createAgentStores } from './agent-stores'

export const agentFeature: Feature = {
  id: 'agent',
  tabKinds: [{ kind: 'agent', label: 'Agent', Icon: AgentIcon, Pane: lazy(() => import('./AgentPane')) }],
}
