// Short messages that leave by themselves.
export { createToastStore, type ToastKind, type ToastStore } from './toast-store'
export { Toasts } from './Toasts'
