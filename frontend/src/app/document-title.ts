// The title of the window: what is shown, then the product (spec WSP-17).
import { createEffect } from 'solid-js'

/** Under an owner; follows what it reads. */
export function useDocumentTitle(part: () => string): void {
  createEffect(() => {
    document.title = `${part()} - LeapMux`
  })
}
