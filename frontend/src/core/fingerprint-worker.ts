// A Web Worker with a core of its own: one identity in, its four words out.
import { loadCore } from './wasm'

self.onmessage = (message: MessageEvent<Uint8Array>) => {
  void loadCore().then(core => self.postMessage(core.fingerprint(message.data)))
}
