// What the wasm core throws: an Error whose `name` is a stable code and whose `message` is the sentence for people.

/** The code of a thrown value; `internal` for anything the core did not throw on purpose. */
export function coreErrorCode(error: unknown): string {
  return error instanceof Error && !isPoisoned(error) ? error.name : 'internal'
}

/** The core panicked: its memory can no longer be trusted, the page must be loaded again. */
export function isPoisoned(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError
}
