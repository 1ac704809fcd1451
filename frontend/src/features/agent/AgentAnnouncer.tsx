// Tells screen readers what matters, politely: a question has come up, a turn is over. The log itself stays silent.
import { createEffect, createSignal, on } from 'solid-js'
import { useServices } from '../../app/services'
import { useAgent } from './agent-context'
import { strings } from './strings'

export function AgentAnnouncer(props: { readonly tabId: string }) {
  const services = useServices()
  const { store, providerLabel } = useAgent()
  const [words, setWords] = createSignal('')
  const name = () => services.tabs.get(props.tabId)?.title || providerLabel()
  createEffect(
    on(
      () => store.pending()[0],
      request => {
        if (request === undefined) return
        const title = request.body.case === 'permission' ? request.body.value.title : strings.agentAsked
        setWords(strings.announceQuestion(name(), title))
      },
    ),
  )
  createEffect(
    on(store.isBusy, (isBusy, wasBusy) => wasBusy === true && !isBusy && setWords(strings.announceFinished(name())), {
      defer: true,
    }),
  )
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {words()}
    </div>
  )
}
