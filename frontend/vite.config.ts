// Development server and production build of the page.
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'
import { tokensCss } from './src/design/tokens-css.ts'

const VIRTUAL = 'virtual:tokens.css'
const RESOLVED = '\0virtual:tokens.css'

/** `import 'virtual:tokens.css'`: the design tokens as custom properties, written from `tokens.ts`. */
function designTokens(): Plugin {
  return {
    name: 'leapmux-design-tokens',
    resolveId: id => (id === VIRTUAL ? RESOLVED : undefined),
    load: id => (id === RESOLVED ? tokensCss() : undefined),
  }
}

/** `/dev/gallery` and `/dev/shell`: components and the frame over fakes. Not part of a build. */
function devPages(): Plugin {
  return {
    name: 'leapmux-dev-pages',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (/^\/dev\/(?:gallery|shell|o\/)/.test(request.url ?? '')) request.url = '/src/testing/dev.html'
        next()
      })
    },
  }
}

/** Where `leapmux solo` listens while the page comes from Vite. */
const BACKEND = process.env.LEAPMUX_DEV_BACKEND ?? 'http://127.0.0.1:4327'

export default defineConfig({
  plugins: [designTokens(), devPages(), solid()],
  css: {
    transformer: 'lightningcss',
    lightningcss: { cssModules: { pattern: '[local]_[hash]' } },
  },
  build: {
    target: ['chrome120', 'safari17.4', 'firefox128'],
    // The content security policy has no `data:` for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    strictPort: true,
    proxy: {
      '^/leapmux\\.': { target: BACKEND },
      '^/ws/': { target: BACKEND, ws: true },
      '^/health': { target: BACKEND },
    },
  },
})
