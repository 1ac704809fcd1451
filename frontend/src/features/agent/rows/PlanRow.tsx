// A plan document.
import { Show } from 'solid-js'
import type { PlanDocument } from '../../../gen/leapmux/worker/v1/agent_pb'
import { MapIcon } from '../../../ui/icons'
import { Markdown } from '../../markdown'
import { useAgent } from '../agent-context'
import { shortPath } from '../format'
import { strings } from '../strings'
import styles from './PlanRow.module.css'

export function PlanRow(props: { readonly plan: PlanDocument }) {
  const { directories } = useAgent()
  return (
    <section class={styles.plan} aria-label={strings.plan}>
      <div class={styles.title}>
        <MapIcon size={14} />
        {strings.plan}
      </div>
      <Markdown text={props.plan.markdown} />
      <Show when={props.plan.path !== ''}>
        <p class={styles.path}>
          {strings.planFile} <code>{shortPath(props.plan.path, directories().workingDir, directories().homeDir)}</code>
        </p>
      </Show>
    </section>
  )
}
