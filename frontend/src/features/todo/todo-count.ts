// How far an agent is with its to-dos. Pure.
import { type TodoEntry, TodoStatus } from '../../gen/leapmux/worker/v1/agent_pb'

export function todoCount(todos: readonly TodoEntry[] | undefined): { readonly completed: number; readonly total: number } {
  const all = todos ?? []
  return { completed: all.filter(todo => todo.status === TodoStatus.COMPLETED).length, total: all.length }
}
