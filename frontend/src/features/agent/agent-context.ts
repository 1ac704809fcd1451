// What every row of one agent's chat may use.
import { type Accessor, createContext, useContext } from 'solid-js'
import type { DiffLayout } from '../diff'
import type { AgentStore } from './agent-store'
import type { Directories } from './tool-view'

export interface AgentContextValue {
  readonly store: AgentStore
  readonly providerLabel: Accessor<string>
  readonly directories: Accessor<Directories>
  readonly expandThinking: Accessor<boolean>
  /** The caller may write: quote, retry, delete. */
  readonly editable: Accessor<boolean>
  /** Layout of one row's diffs: its own choice, else the preference, unified in a narrow pane. */
  diffLayout(itemId: string): DiffLayout
  setDiffLayout(itemId: string, layout: DiffLayout): void
  /** Puts text into the composer and the focus with it. */
  quote(text: string): void
  copy(text: string): void
  fail(sentence: string): void
}

export const AgentContext = createContext<AgentContextValue>()

export function useAgent(): AgentContextValue {
  const value = useContext(AgentContext)
  if (value === undefined) throw new Error('useAgent needs an AgentContext above it')
  return value
}
