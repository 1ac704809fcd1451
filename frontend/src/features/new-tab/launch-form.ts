// What the dialogs ask before something is started: Worker, directory, provider, session. Defaults come from where the user is.
import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js'
import type { Services } from '../../app/services'

export interface LaunchForm {
  readonly workerId: Accessor<string | undefined>
  setWorker(workerId: string): void
  /** What is started in; empty while nothing is chosen. A path as typed: the Worker knows `~`. */
  readonly workingDir: Accessor<string>
  /** The same as it stands in its field. */
  readonly pathText: Accessor<string>
  setPathText(text: string): void
  readonly provider: Accessor<string | undefined>
  setProvider(provider: string): void
  readonly sessionId: Accessor<string>
  setSessionId(text: string): void
  readonly sessionProblem: Accessor<string | undefined>
}

const MAX_SESSION_ID = 128

/** Empty is a new conversation (spec AGT-13). */
export function sessionIdProblem(text: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f"\\$%]/.test(text)) return 'Session ID contains invalid characters.'
  return [...text].length > MAX_SESSION_ID ? 'Name must be at most 128 characters' : undefined
}

/** Under an owner. */
export function createLaunchForm({ session, openTabs, workerDirectory, preferences }: Services): LaunchForm {
  const context = openTabs.context()
  const [chosenWorker, setChosenWorker] = createSignal<string>()
  const [pathText, setPathText] = createSignal('')
  const [chosenProvider, setChosenProvider] = createSignal<string>()
  const [sessionId, setSessionId] = createSignal('')

  const workerId = createMemo(() => {
    const online = (session.workerList.workers() ?? []).filter(worker => worker.online).map(worker => worker.id)
    return [chosenWorker(), context?.workerId].find(id => id !== undefined && online.includes(id)) ?? online[0]
  })
  const provider = createMemo(() => {
    const id = workerId()
    const usable =
      id === undefined ? [] : (workerDirectory.usableProviders(id) ?? []).filter(each => each.problem === '').map(each => each.id)
    return (
      [chosenProvider(), ...preferences.recentProviders()].find(each => each !== undefined && usable.includes(each)) ?? usable[0]
    )
  })
  // Another Worker has other directories.
  createEffect(on(workerId, id => setPathText(context !== undefined && id === context.workerId ? context.workingDir : '')))

  return {
    workerId,
    setWorker: id => void setChosenWorker(id),
    workingDir: () => pathText().trim(),
    pathText,
    setPathText: text => void setPathText(text),
    provider,
    setProvider: id => void setChosenProvider(id),
    sessionId,
    setSessionId: text => void setSessionId(text),
    sessionProblem: createMemo(() => sessionIdProblem(sessionId())),
  }
}
