// Terminal bulk: a flood of output until the page has drawn its end, and the same bytes from memory into the emulator alone.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from '@playwright/test'
import { firstWorkspace, openTerminal, typeInTerminal, typingTerminal } from '../e2e/fixtures/actions'
import { found, given } from './bench'

const XTERM = path.resolve(import.meta.dirname, '../../node_modules/@xterm/xterm/lib/xterm.js')
/** Of the file, repeated until everything has been fed. */
const SAMPLE = 1_000_000

test('a flood', async ({ page }) => {
  const { url, home, file, bytes } = given<{ file: string; bytes: number }>()
  await page.goto(url)
  await firstWorkspace(page)
  await openTerminal(page, home)
  // The shell's echo of this line must not look like its end.
  await typeInTerminal(page, `B=$(date +%s%N); cat '${file}'; echo; echo FLOOD" "ENDS $B.\n`)
  const ms = await page.evaluate(floodEnds)
  const size = await page.evaluate(() => {
    const rows = document.querySelectorAll('.xterm-rows > div').length
    return { rows }
  })
  await typingTerminal(page).waitFor()
  await page.evaluate(readFileSync(XTERM, 'utf8'))
  const sample = readFileSync(file).subarray(0, SAMPLE).toString('base64')
  const alone = await page.evaluate(feedAlone, { sample, bytes, rows: size.rows })
  found({ page: bytes / 1e3 / ms, alone: bytes / 1e3 / alone })
})

/** In the page: waits for the last line; milliseconds since the first byte. */
function floodEnds(): Promise<number> {
  return new Promise(resolve => {
    function look(): void {
      const now = performance.timeOrigin + performance.now()
      const ends = /FLOOD ENDS (\d+)\./.exec(document.querySelector('.xterm-rows')?.textContent ?? '')
      if (ends === null) requestAnimationFrame(look)
      else resolve(now - Number(ends[1]) / 1e6)
    }
    look()
  })
}

interface Emulator {
  open(element: HTMLElement): void
  write(data: Uint8Array, parsed: () => void): void
}

/** In the page: milliseconds xterm.js takes for so many bytes when nothing is between it and them. */
async function feedAlone(given: { sample: string; bytes: number; rows: number }): Promise<number> {
  const { Terminal } = globalThis as unknown as { Terminal: new (options: object) => Emulator }
  const element = document.createElement('div')
  element.style.cssText = 'position:fixed;inset:0;z-index:1000'
  document.body.append(element)
  const terminal = new Terminal({ cols: 120, rows: given.rows, scrollback: 5000, allowProposedApi: true })
  terminal.open(element)
  const sample = Uint8Array.from(atob(given.sample), character => character.charCodeAt(0))
  const piece = 32 * 1024
  const started = performance.now()
  let unparsed = 0
  let fed = 0
  await new Promise<void>(resolve => {
    function feed(): void {
      while (unparsed < 512 * 1024 && fed < given.bytes) {
        const start = fed % (sample.length - piece)
        unparsed += piece
        fed += piece
        terminal.write(sample.subarray(start, start + piece), () => {
          unparsed -= piece
          if (fed < given.bytes) feed()
          else if (unparsed === 0) resolve()
        })
      }
    }
    feed()
  })
  const ms = performance.now() - started
  element.remove()
  return ms
}
