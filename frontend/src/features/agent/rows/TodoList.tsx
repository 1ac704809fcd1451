// A to-do list as a tool wrote it.
import { createMemo } from 'solid-js'
import { TodoItems } from '../TodoItems'
import { parseInput, toolTodos } from '../tool-view'
import styles from './ToolRow.module.css'

export function TodoList(props: { readonly input: string }) {
  const todos = createMemo(() => toolTodos(parseInput(props.input)))
  return (
    <div class={styles.body}>
      <TodoItems todos={todos()} />
    </div>
  )
}
