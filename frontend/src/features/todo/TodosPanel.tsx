// The to-dos of the active agent.
import { Show } from 'solid-js'
import { useServices } from '../../app/services'
import { AgentTodos } from '../agent'
import styles from './TodosPanel.module.css'
import { todoCount } from './todo-count'

export function TodosPanel() {
  const { activeAgent } = useServices()
  const withTodos = () => {
    const agent = activeAgent()
    return agent && todoCount(agent.status()?.todos).total > 0 ? agent : undefined
  }
  return (
    <div class={styles.panel}>
      <Show when={withTodos()} fallback={<p class={styles.empty}>No to-dos</p>} keyed>
        {store => <AgentTodos store={store} />}
      </Show>
    </div>
  )
}
