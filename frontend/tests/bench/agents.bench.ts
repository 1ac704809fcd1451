// Agents: from the program's first line until the page has drawn the last one.
import { test } from '@playwright/test'
import { agentStarted, firstWorkspace, openAgent, send } from '../e2e/fixtures/actions'
import { found, given } from './bench'

test('events of an agent', async ({ page }) => {
  const { url, home, orders } = given<{ orders: string[] }>()
  await page.goto(url)
  await firstWorkspace(page)
  await openAgent(page, 'Claude Code', home)
  await agentStarted(page)
  await page.evaluate(watchTasks)
  for (const [index, order] of orders.entries()) {
    await send(page, order)
    const { lines, ms } = await page.evaluate(lastWords, index)
    found({ [`lines${index}`]: lines, [`ms${index}`]: ms })
  }
  found({ longestTask: await page.evaluate(() => (globalThis as { longestTask?: number }).longestTask ?? 0) })
})

/** In the page: notes its longest task. */
function watchTasks(): void {
  const here = globalThis as { longestTask?: number }
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) here.longestTask = Math.max(here.longestTask ?? 0, entry.duration)
  }).observe({ type: 'longtask', buffered: false })
}

/** In the page: waits for the last words of the order with this index and tells how long they took. */
function lastWords(index: number): Promise<{ lines: number; ms: number }> {
  return new Promise(resolve => {
    const here = globalThis as { before?: string }
    function look(): void {
      const now = performance.timeOrigin + performance.now()
      const text = document.querySelector('[role="log"]')?.textContent ?? ''
      const words = [...text.matchAll(/Finished: (\d+) lines since ([\d.]+) ms/g)].at(-1)
      if (words === undefined || (index > 0 && words[0] === here.before)) {
        requestAnimationFrame(look)
        return
      }
      here.before = words[0]
      resolve({ lines: Number(words[1]), ms: now - Number(words[2]) })
    }
    look()
  })
}
