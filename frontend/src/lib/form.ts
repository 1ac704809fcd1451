// Forms: values, a schema, errors per field. A field is checked when it is left, from then on while it is edited.
import { type Accessor, createMemo, createSignal } from 'solid-js'
import { createStore, unwrap } from 'solid-js/store'
import * as v from 'valibot'

export interface Form<T extends object> {
  readonly values: T
  set<K extends keyof T>(field: K, value: T[K]): void
  /** The field was left: its error may be shown from now on. */
  touch(field: keyof T): void
  /** The first problem of a field that was touched or submitted. */
  error(field: keyof T): string | undefined
  readonly isValid: Accessor<boolean>
  readonly isSubmitting: Accessor<boolean>
  /** What `submit` rejected with, as a sentence. */
  readonly failure: Accessor<string | undefined>
  submit(): Promise<void>
  /** As it was in the beginning: nothing typed, nothing touched. */
  reset(): void
}

export interface FormOptions<T extends object> {
  readonly schema: v.GenericSchema<T, T>
  readonly initial: T
  /** Called with valid values only. */
  submit(values: T): Promise<void> | void
  /** Turns a failure into a sentence; the error's own message by default. */
  describe?(cause: unknown): string
}

export function createForm<T extends object>(options: FormOptions<T>): Form<T> {
  const [values, setValues] = createStore<T>({ ...options.initial })
  const [touched, setTouched] = createSignal<ReadonlySet<keyof T>>(new Set())
  const [isSubmitting, setSubmitting] = createSignal(false)
  const [failure, setFailure] = createSignal<string>()

  const issues = createMemo(() => {
    // Reading each field ties the check to every value.
    const result = v.safeParse(options.schema, { ...values })
    return new Map(
      (result.issues ?? []).map(issue => [issue.path?.[0]?.key as keyof T, issue.message]).reverse() as [keyof T, string][],
    )
  })
  const isValid = createMemo(() => issues().size === 0)

  return {
    values,
    set(field, value) {
      setValues(draft => ({ ...draft, [field]: value }))
    },
    touch: field => void setTouched(known => new Set([...known, field])),
    error: field => (touched().has(field) ? issues().get(field) : undefined),
    isValid,
    isSubmitting,
    failure,
    reset() {
      setValues(() => ({ ...options.initial }))
      setTouched(new Set<keyof T>())
      setFailure(undefined)
    },
    async submit() {
      setTouched(new Set(Object.keys(values) as (keyof T)[]))
      if (!isValid() || isSubmitting()) return
      setSubmitting(true)
      setFailure(undefined)
      try {
        await options.submit({ ...unwrap(values) })
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause)
        setFailure(options.describe?.(cause) ?? message)
      } finally {
        setSubmitting(false)
      }
    },
  }
}
