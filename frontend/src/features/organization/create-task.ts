// One thing at a time that the Hub is asked to do, with what came of it in words.
import { type Accessor, createSignal } from 'solid-js'

export interface Task {
  readonly isBusy: Accessor<boolean>
  readonly failure: Accessor<string | undefined>
  readonly success: Accessor<string | undefined>
  /** Resolves true when it succeeded. `success` is shown then; `otherwise` when it failed without a sentence. */
  run(work: () => Promise<unknown>, success: string, otherwise: string): Promise<boolean>
}

export function createTask(): Task {
  const [isBusy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<string>()
  const [success, setSuccess] = createSignal<string>()
  return {
    isBusy,
    failure,
    success,
    async run(work, said, otherwise) {
      if (isBusy()) return false
      setBusy(true)
      setFailure(undefined)
      setSuccess(undefined)
      try {
        await work()
        setSuccess(said)
        return true
      } catch (cause) {
        setFailure((cause instanceof Error && cause.message) || otherwise)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
