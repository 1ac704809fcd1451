// Unit tests run in Node: models and stores need no browser. What needs layout is tested in Chromium (tests/e2e).
import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [solid({ ssr: false })],
  // The client build of Solid: effects must run in tests as they do on the page.
  resolve: { conditions: ['browser', 'development'] },
  ssr: { resolve: { conditions: ['browser', 'development'] } },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
    server: { deps: { inline: [/solid-js/, /@solidjs/] } },
  },
})
