// Modal dialogs opened from anywhere: a list of components, newest last, each told how to close itself.
import { type Accessor, createSignal, For, type JSX, Suspense } from 'solid-js'

export interface OpenDialog {
  readonly id: number
  readonly render: (close: () => void) => JSX.Element
}

export interface DialogStack {
  readonly open: Accessor<readonly OpenDialog[]>
  /** Shows a dialog; `render` gets the function that removes it. Answers that function. */
  show(render: (close: () => void) => JSX.Element): () => void
  close(id: number): void
}

export function createDialogStack(): DialogStack {
  const [open, setOpen] = createSignal<readonly OpenDialog[]>([])
  let nextId = 1
  const close = (id: number): void => void setOpen(list => list.filter(dialog => dialog.id !== id))
  return {
    open,
    close,
    show(render) {
      const id = nextId++
      setOpen(list => [...list, { id, render }])
      return () => close(id)
    },
  }
}

/** Draws the stack; once, in the shell. A dialog whose code is still loading hides nothing but itself. */
export function DialogHost(props: { stack: DialogStack }) {
  return <For each={props.stack.open()}>{dialog => <Suspense>{dialog.render(() => props.stack.close(dialog.id))}</Suspense>}</For>
}
