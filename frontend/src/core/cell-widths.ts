// How many cells characters take on a terminal's screen, from the table of the Worker's screen model.
import { loadCore } from './wasm'

/** Runs of one width, ascending: `first code point << 2 | width`. */
export async function loadCellWidths(): Promise<Uint32Array> {
  const core = await loadCore()
  return core.cellWidths()
}
