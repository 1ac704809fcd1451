// The channel as the page has it: the wasm core in Chromium, both ends of a channel on one thread.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from '@playwright/test'
import type * as Core from '../../pkg-testing/leapmux_wasm'
import { found, given } from './bench'

const FRONTEND = path.resolve(import.meta.dirname, '../..')
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' }

test('the channel in wasm', async ({ page }) => {
  const { url, messageSizes } = given<{ messageSizes: number[] }>()
  await page.route('**/bench/*', async route => {
    const name = path.basename(new URL(route.request().url()).pathname)
    const file = name === 'channel.json' ? `../tests/vectors/${name}` : `pkg-testing/${name}`
    const contentType = TYPES[path.extname(name)] ?? 'application/octet-stream'
    await route.fulfill({ body: await readFile(path.join(FRONTEND, file)), contentType })
  })
  await page.goto(`${url}/bench/channel.json`)
  found(await page.evaluate(measureHandshakes))
  for (const size of messageSizes) {
    const { seal, open } = await page.evaluate(measureBulk, size)
    found({ [`seal${size}`]: seal, [`open${size}`]: open, [`both${size}`]: 1 / (1 / seal + 1 / open) })
  }
})

/** In the page: microseconds of each side's part of a handshake, and of verifying a bundle. */
async function measureHandshakes(): Promise<Record<string, number>> {
  const rounds = 200
  const glue = '/bench/leapmux_wasm.js'
  const core = (await import(glue)) as typeof Core
  await core.default({ module_or_path: '/bench/leapmux_wasm_bg.wasm' })
  const worker = new core.TestWorker(await (await fetch('/bench/channel.json')).text())
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const bytes = worker.bundle()
  const bundle = core.WorkerBundle.verify(bytes)
  const figures: Record<string, number> = {}
  for (const suite of [1, 2]) {
    let client = 0
    let served = 0
    for (let round = -20; round < rounds; round += 1) {
      const began = performance.now()
      const opening = new core.Opening(bundle, suite, 'usr_1', 'wrk_1', undefined, undefined, random(core.Opening.randomBytes()))
      const open = opening.openFrame(1)
      const written = performance.now()
      const accept = worker.accept(open, 'usr_1', random(32 + 64), 0)
      const accepted = performance.now()
      const session = opening.accept(accept.frame, 0)
      const ended = performance.now()
      for (const done of [session, accept.takeSession(), accept, opening]) done?.free()
      if (round < 0) continue
      client += written - began + (ended - accepted)
      served += accepted - written
    }
    figures[`client${suite}`] = (client * 1e3) / rounds
    figures[`worker${suite}`] = (served * 1e3) / rounds
  }
  const began = performance.now()
  for (let round = 0; round < rounds; round += 1) core.WorkerBundle.verify(bytes).free()
  figures.verify = ((performance.now() - began) * 1e3) / rounds
  return figures
}

/** In the page: MB/s sealed and opened, in messages of one size. */
async function measureBulk(size: number): Promise<{ seal: number; open: number }> {
  const bulk = size < 1024 ? 16_000_000 : 64_000_000
  const warmUp = bulk / 8
  const glue = '/bench/leapmux_wasm.js'
  const core = (await import(glue)) as typeof Core
  await core.default({ module_or_path: '/bench/leapmux_wasm_bg.wasm' })
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const worker = new core.TestWorker(await (await fetch('/bench/channel.json')).text())
  const bundle = core.WorkerBundle.verify(worker.bundle())
  const opening = new core.Opening(bundle, 1, 'usr_1', 'wrk_1', undefined, undefined, random(core.Opening.randomBytes()))
  const accept = worker.accept(opening.openFrame(1), 'usr_1', random(32 + 64), 0)
  const client = opening.accept(accept.frame, 0)
  const served = accept.takeSession()
  if (served === undefined) throw new Error('no session')
  let now = 1
  /** Everything the one has to say, to the other. */
  function say(from: Core.ChannelSession, to: Core.ChannelSession): void {
    for (let frame = from.pollFrame(1, now); frame; frame = from.pollFrame(1, now)) to.handleFrame(frame, now)
  }
  client.open(2, 'bench', new Uint8Array(2), false)
  say(client, served)
  say(served, client)
  let answer: number | undefined
  for (let event = served.pollEvent(); event; event = served.pollEvent()) {
    if (event.kind === 'opened') answer = event.stream
  }
  while (client.pollEvent()) now += 1
  if (answer === undefined) throw new Error('the Worker did not see the stream')
  const message = new Uint8Array(size).fill(0x5a)
  let [sent, received, sealing, opened] = [0, 0, 0, 0]
  while (received < warmUp + bulk) {
    now += 1
    const counted = received >= warmUp
    const began = performance.now()
    while (sent < warmUp + bulk && served.queued(answer) < 256 * 1024) {
      served.send(answer, message, false)
      sent += size
    }
    const frames: Uint8Array[] = []
    for (let frame = served.pollFrame(1, now); frame; frame = served.pollFrame(1, now)) frames.push(frame)
    const sealed = performance.now()
    for (const frame of frames) {
      client.handleFrame(frame, now)
      for (let event = client.pollEvent(); event; event = client.pollEvent()) {
        if (event.kind === 'message') {
          const { length } = event.takeBytes()
          received += length
          client.consumed(event.stream, length)
        }
        event.free()
      }
    }
    const ended = performance.now()
    if (counted) {
      sealing += sealed - began
      opened += ended - sealed
    }
    say(client, served)
    for (let event = served.pollEvent(); event; event = served.pollEvent()) event.free()
  }
  return { seal: bulk / 1e3 / sealing, open: bulk / 1e3 / opened }
}
