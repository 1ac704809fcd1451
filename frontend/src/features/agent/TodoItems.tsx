// To-dos with their states, which do not rest on colour alone.
import { For } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { CircleCheckIcon, CircleDotIcon, CircleIcon } from '../../ui/icons'
import { strings } from './strings'
import styles from './TodoItems.module.css'
import type { ToolTodo } from './tool-view'

const ICONS = { pending: CircleIcon, in_progress: CircleDotIcon, completed: CircleCheckIcon } as const

export function TodoItems(props: { readonly todos: readonly ToolTodo[] }) {
  return (
    <ul class={styles.list}>
      <For each={props.todos}>
        {todo => (
          <li class={styles.todo} data-status={todo.status}>
            <Dynamic component={ICONS[todo.status]} size={14} class={styles.icon} />
            <span class="visually-hidden">{strings.todoState[todo.status]}: </span>
            <span class={styles.text}>{todo.text}</span>
          </li>
        )}
      </For>
    </ul>
  )
}
