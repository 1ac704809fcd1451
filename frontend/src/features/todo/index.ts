// The to-dos of agents, as a section of the right sidebar.
import type { Feature } from '../../app/feature'
import { ListTodoIcon } from '../../ui/icons'
import { TodosPanel } from './TodosPanel'
import { todoCount } from './todo-count'

export const todoFeature: Feature = {
  id: 'todo',
  panels: [
    {
      id: 'todos',
      side: 'right',
      title: 'To-dos',
      Icon: ListTodoIcon,
      Content: TodosPanel,
      grows: true,
      badge({ activeAgent }) {
        const { completed, total } = todoCount(activeAgent()?.status()?.todos)
        return total > 0 ? `${completed}/${total}` : undefined
      },
    },
  ],
}
