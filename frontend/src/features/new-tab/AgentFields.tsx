// The fields that describe an agent to start; shared by "New agent" and "New workspace".
import { Show } from 'solid-js'
import { TextField } from '../../ui'
import { DirectoryPicker } from './DirectoryPicker'
import type { LaunchForm } from './launch-form'
import { ProviderSelect } from './ProviderSelect'
import { WorkerSelect } from './WorkerSelect'

export function AgentFields(props: { readonly form: LaunchForm }) {
  return (
    <>
      <WorkerSelect value={props.form.workerId()} onChange={props.form.setWorker} />
      <Show when={props.form.workerId()}>
        {workerId => <ProviderSelect workerId={workerId()} value={props.form.provider()} onChange={props.form.setProvider} />}
      </Show>
      <DirectoryPicker workerId={props.form.workerId()} value={props.form.pathText()} onChange={props.form.setPathText} />
      <TextField
        label="Resume an existing session"
        placeholder="Session ID"
        mono
        value={props.form.sessionId()}
        onInput={props.form.setSessionId}
        error={props.form.sessionProblem()}
      />
    </>
  )
}
