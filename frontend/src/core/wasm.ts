// The wasm core, loaded once. Everything of it that features may know is in ports.ts; layout.ts and session.ts are its faces.
import init, * as glue from './pkg/leapmux_wasm.js'
import address from './pkg/leapmux_wasm_bg.wasm?url'

/** The classes and functions of `leapmux-wasm`. */
export type Core = typeof glue

let loading: Promise<Core> | undefined

/** Fetches and compiles the core on the first call. */
export function loadCore(): Promise<Core> {
  loading ??= init({ module_or_path: address }).then(() => glue)
  return loading
}
