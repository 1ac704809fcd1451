// Short messages that leave by themselves.

export { Toasts } from './Toasts'
export { createToastStore, type ToastKind, type ToastStore } from './toast-store'
