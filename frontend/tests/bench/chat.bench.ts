// A long chat: filled by the agent, then opened again and again.
import { type CDPSession, expect, type Page, test } from '@playwright/test'
import { agentStarted, firstWorkspace, openAgent, openTerminal, send, transcript } from '../e2e/fixtures/actions'
import { found, given, median } from './bench'

const ROUNDS = 9
const READ_UPWARDS = 1000

declare global {
  interface Window {
    /** When the end of the chat was painted, ms since the page was asked for. */
    chatPainted?: Promise<number>
    watchChat?: () => Promise<number>
  }
}

test('a long chat', async ({ page, context }) => {
  const { url, home, order } = given<{ order: string }>()
  await context.addInitScript(install)
  await page.goto(url)
  await firstWorkspace(page)
  await openTerminal(page, home)
  await openAgent(page, 'Claude Code', home)
  await agentStarted(page)
  await send(page, order)
  await expect(transcript(page).getByText(/^Finished: /)).toBeVisible({ timeout: 500_000 })
  await expect(
    transcript(page)
      .getByText(/^(Took \d|Turn ended)/)
      .last(),
  ).toBeVisible()

  const loaded: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.reload()
    loaded.push(await page.evaluate(() => window.chatPainted as Promise<number>))
  }
  const opened: number[] = []
  const terminal = page.getByRole('tab', { name: /^Terminal/ })
  for (let round = 0; round < ROUNDS; round += 1) {
    await terminal.click()
    await page.reload()
    await expect(page.locator('.xterm-rows')).toContainText('$')
    await idle(page)
    opened.push(await openChat(page))
  }
  const cdp = await context.newCDPSession(page)
  const heap = await heapOf(cdp)
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
  await terminal.click()
  const again = await openChat(page)
  await page.evaluate(readUpwards, READ_UPWARDS)
  found({
    loaded: median(loaded),
    opened: median(opened),
    openedLongest: Math.max(...opened),
    again,
    heap,
    nodes,
    heapAbove: await heapOf(cdp),
  })
})

/** Chooses the agent's tab; milliseconds until its end is painted. */
function openChat(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')]
    const tab = tabs.find(each => !each.textContent.trim().startsWith('Terminal'))
    const chosen = performance.now()
    tab?.click()
    return ((await window.watchChat?.()) ?? Number.NaN) - chosen
  })
}

/** Bytes of the page's own: JavaScript's heap, the DOM's, buffers. */
async function heapOf(cdp: CDPSession): Promise<number> {
  for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage')
  const heap = (await cdp.send('Runtime.getHeapUsage')) as Record<string, number>
  return (heap.usedSize ?? 0) + (heap.embedderHeapUsedSize ?? 0) + (heap.backingStorageSize ?? 0)
}

async function idle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise(resolve => requestIdleCallback(resolve)))
}

/** In the page, before anything of it: tells when the last words of the chat are on the screen. */
function install(): void {
  window.watchChat = () =>
    new Promise(resolve => {
      function look(): void {
        for (const log of document.querySelectorAll('[role="log"]')) {
          const view = log.getBoundingClientRect()
          const last = [...log.querySelectorAll('[data-key] *')].findLast(node => node.textContent.startsWith('Finished: '))
          const line = last?.getBoundingClientRect()
          const isSeen = line !== undefined && line.height > 0 && line.top >= view.top && line.bottom <= view.bottom
          if (!isSeen || !log.checkVisibility({ visibilityProperty: true })) continue
          // The frame this is a part of is painted before the next message is handled.
          const painted = new MessageChannel()
          painted.port1.onmessage = () => resolve(performance.now())
          painted.port2.postMessage(undefined)
          return
        }
        requestAnimationFrame(look)
      }
      look()
    })
  window.chatPainted = new Promise(resolve => {
    document.addEventListener('DOMContentLoaded', () => void window.watchChat?.().then(resolve))
  })
}

/** In the page: scrolls up, page by page, until about so many messages have gone by. */
async function readUpwards(count: number): Promise<void> {
  const log = [...document.querySelectorAll('[role="log"]')].find(each => each.checkVisibility({ visibilityProperty: true }))
  if (log === undefined) throw new Error('no chat')
  const seen = new Set<string>()
  while (seen.size < count) {
    log.dispatchEvent(new WheelEvent('wheel', { deltaY: -600 }))
    log.scrollTop -= 600
    await new Promise(resolve => requestAnimationFrame(resolve))
    for (const row of log.querySelectorAll<HTMLElement>('[data-key]')) seen.add(row.dataset.key ?? '')
  }
}
