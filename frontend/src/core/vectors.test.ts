// The vectors shared with the native build, replayed by the wasm build the page runs: an optimizer's mistake shows here.
import { expect, it } from 'vitest'
import { loadTestCore, vectors } from './testing'

it.each(['channel', 'bundle', 'pins', 'frames'])(
  '%s.json holds in wasm',
  async name => {
    const core = await loadTestCore()
    expect(core.replayVectors(name, await vectors(name), await vectors('channel'))).toBeGreaterThan(5)
  },
  30_000,
)

it('says what differs', async () => {
  const core = await loadTestCore()
  const json = (await vectors('channel')).replace(
    /"msg1": ?"../,
    match => match.slice(0, -2) + (match.endsWith('00') ? '01' : '00'),
  )
  expect(() => core.replayVectors('channel', json, '')).toThrow(/msg1/)
})
