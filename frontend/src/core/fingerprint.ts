// The four words of a Worker's identity, computed where it disturbs nobody: they cost 32 MiB and about 100 ms, and wasm memory
// never shrinks, so a Web Worker does it and ends.

/** Computes the fingerprint of a 97-byte identity. */
export type Fingerprint = (identity: Uint8Array) => Promise<string>

export const fingerprintInWorker: Fingerprint = identity =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./fingerprint-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = (message: MessageEvent<string>) => {
      worker.terminate()
      resolve(message.data)
    }
    worker.onerror = event => {
      worker.terminate()
      reject(new Error(`the fingerprint could not be computed: ${event.message}`))
    }
    worker.postMessage(identity)
  })
