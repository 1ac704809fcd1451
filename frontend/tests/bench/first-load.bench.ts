// The first load: every file a browser that was never here fetches until it shows a workspace, in each encoding there is.
import { get } from 'node:http'
import { test } from '@playwright/test'
import { firstWorkspace } from '../e2e/fixtures/actions'
import { found, given } from './bench'

test('the first load', async ({ page }) => {
  const { url } = given()
  const files = new Set<string>()
  page.on('request', request => {
    if (request.method() === 'GET' && request.url().startsWith(url)) files.add(request.url())
  })
  await page.goto(url)
  await firstWorkspace(page)
  await page.waitForLoadState('networkidle')
  for (const encoding of ['br', 'gzip', 'identity']) {
    let bytes = 0
    for (const file of files) bytes += await sizeOf(file, encoding)
    found({ [encoding]: bytes })
  }
  found({ files: files.size })
})

/** Bytes of the answer's body as it travels. */
function sizeOf(url: string, encoding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': encoding } }, response => {
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      response.on('end', () => resolve(bytes))
    }).on('error', reject)
  })
}
