// Draws something while a value is there. What outlives it for a moment (an event during removal, an effect still to be
// disposed) goes on reading the last value; `Show` would throw.
import { type Accessor, createMemo, type JSX, Show } from 'solid-js'

export function Present<T>(props: { readonly value: T | undefined; readonly children: (value: Accessor<T>) => JSX.Element }) {
  const last = createMemo<T | undefined>(previous => props.value ?? previous)
  // Read only below the condition, so a value has been there.
  const value = last as Accessor<T>
  return <Show when={props.value !== undefined}>{props.children(value)}</Show>
}
