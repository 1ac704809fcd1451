// Measurements on the real program in a real browser; `leapmux-bench` plays them one at a time (`cargo xtask bench`).
import { defineConfig } from '@playwright/test'
import stories from '../../playwright.config'

export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../test-results/bench',
  workers: 1,
  retries: 0,
  timeout: 600_000,
  expect: { timeout: 60_000 },
  // What is watched is not what users have: no traces.
  use: { ...stories.use, actionTimeout: 60_000, trace: 'off', screenshot: 'off' },
})
