// The wasm core as unit tests load it: the page's code, with the vectors' runner and a Worker's side (`cargo xtask wasm --testing`).
import { readFile } from 'node:fs/promises'
import init, * as glue from '../../pkg-testing/leapmux_wasm.js'

export type TestCore = typeof glue

export async function loadTestCore(): Promise<TestCore> {
  await init({ module_or_path: await readFile(new URL('../../pkg-testing/leapmux_wasm_bg.wasm', import.meta.url)) })
  return glue
}

/** A file of `tests/vectors`. */
export function vectors(name: string): Promise<string> {
  return readFile(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), 'utf8')
}
