// Toasts: short messages that leave by themselves. Errors stay until they are dismissed.
import { type Accessor, createSignal } from 'solid-js'

export type ToastKind = 'info' | 'success' | 'warning' | 'danger'

export interface ToastRequest {
  readonly kind: ToastKind
  readonly text: string
  /** Stays until it is dismissed, as errors do. */
  readonly sticky?: boolean
  readonly action?: { readonly label: string; run(): void }
}

export interface Toast extends ToastRequest {
  readonly id: number
  /** How often the same message was shown while it was on screen. */
  readonly count: number
}

export interface ToastStore {
  readonly toasts: Accessor<readonly Toast[]>
  show(toast: ToastRequest): number
  dismiss(id: number): void
}

/** The oldest go when more than this many are on screen. */
const MAX_TOASTS = 5

export function createToastStore(): ToastStore {
  const [toasts, setToasts] = createSignal<readonly Toast[]>([])
  let nextId = 1
  return {
    toasts,
    show(request) {
      const same = toasts().find(toast => toast.kind === request.kind && toast.text === request.text)
      if (same) {
        setToasts(list => list.map(toast => (toast.id === same.id ? { ...toast, ...request, count: toast.count + 1 } : toast)))
        return same.id
      }
      const id = nextId++
      setToasts(list => [...list, { ...request, id, count: 1 }].slice(-MAX_TOASTS))
      return id
    },
    dismiss: id => void setToasts(list => list.filter(toast => toast.id !== id)),
  }
}
