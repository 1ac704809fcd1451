// The to-dos of one agent, for the sidebar. Nothing when it has none.
import { createMemo, Show } from 'solid-js'
import { TodoStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import type { AgentStore } from './agent-store'
import { TodoItems } from './TodoItems'
import type { ToolTodo } from './tool-view'

export function AgentTodos(props: { readonly store: AgentStore }) {
  const todos = createMemo<readonly ToolTodo[]>(() =>
    (props.store.status()?.todos ?? []).map(todo => {
      const isActive = todo.status === TodoStatus.IN_PROGRESS
      const status = isActive ? 'in_progress' : todo.status === TodoStatus.COMPLETED ? 'completed' : 'pending'
      return { text: isActive ? todo.activeText || todo.text : todo.text, status }
    }),
  )
  return (
    <Show when={todos().length > 0}>
      <TodoItems todos={todos()} />
    </Show>
  )
}
