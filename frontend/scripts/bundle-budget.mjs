// Size gate over Vite's manifest: what each part of the page loads, with everything it imports statically, as Brotli.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const dist = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../dist'))
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))

/** KB of Brotli. `without`: parts that are there already when this one is loaded. */
const BUDGETS = [
  { name: 'entry', parts: ['index.html'], limit: 45 },
  {
    name: 'login, set-up and sign-up, with all they need',
    parts: ['index.html', 'src/app/door.ts', 'src/app/SignedOut.tsx'],
    limit: 90,
  },
  { name: 'connection (session, RPC, channel)', parts: ['src/app/session.ts'], without: ['index.html'], limit: 60 },
  {
    name: 'workspace without tab content',
    parts: ['index.html', 'src/app/App.tsx'],
    without: ['src/app/session.ts'],
    limit: 100,
  },
  {
    name: 'agent tab without composer',
    parts: ['src/features/agent/AgentPane.tsx'],
    without: ['index.html', 'src/app/App.tsx', 'src/app/session.ts'],
    limit: 85,
  },
  {
    name: 'composer',
    parts: ['src/features/composer/Composer.tsx'],
    without: ['index.html', 'src/app/App.tsx', 'src/app/session.ts', 'src/features/agent/AgentPane.tsx'],
    limit: 150,
  },
  {
    name: 'terminal tab',
    parts: ['src/features/terminal/TerminalPane.tsx'],
    without: ['index.html', 'src/app/App.tsx', 'src/app/session.ts'],
    limit: 115,
  },
  {
    name: 'command palette',
    parts: ['src/features/palette/PaletteDialog.tsx'],
    without: ['index.html', 'src/app/App.tsx', 'src/app/session.ts'],
    limit: 25,
  },
]
const ALL_LIMIT = 550

const sizes = new Map()
function size(file) {
  if (!sizes.has(file)) {
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
    sizes.set(file, brotliCompressSync(readFileSync(join(dist, file)), options).length)
  }
  return sizes.get(file)
}

/** Files of a part: itself, its style sheets, and what it imports statically. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return []
  seen.add(key)
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap(each => filesOf(each, seen))]
}

const kilobytes = bytes => bytes / 1000
let isOver = false
function report(name, bytes, limit) {
  const used = kilobytes(bytes)
  isOver ||= used > limit
  console.log(`${used > limit ? 'OVER' : '  ok'}  ${used.toFixed(1).padStart(6)} of ${String(limit).padStart(3)} KB  ${name}`)
}

for (const { name, parts, without = [], limit } of BUDGETS) {
  if (!parts.every(part => manifest[part])) {
    console.log(`   -  ${name}: not in this build`)
    continue
  }
  const loaded = new Set(without.flatMap(part => filesOf(part)))
  const files = new Set(parts.flatMap(part => filesOf(part)).filter(file => !loaded.has(file)))
  report(
    name,
    [...files].reduce((sum, file) => sum + size(file), 0),
    limit,
  )
}
const assets = existsSync(join(dist, 'assets')) ? readdirSync(join(dist, 'assets')) : []
/** Grammars of programming languages are loaded one by one, when a block of that language is first shown. */
const grammars = new Set(
  Object.entries(manifest)
    .filter(([key]) => /^node_modules\/@(?:lezer|codemirror\/legacy-modes)\//.test(key))
    .map(([, chunk]) => chunk.file),
)
const code = assets
  .filter(file => /\.(?:js|css)$/.test(file))
  .map(file => `assets/${file}`)
  .filter(file => !grammars.has(file))
report(
  'all scripts and style sheets without grammars',
  code.reduce((sum, file) => sum + size(file), 0),
  ALL_LIMIT,
)
for (const file of assets.filter(each => each.endsWith('.wasm'))) {
  console.log(
    `      ${kilobytes(size(join('assets', file)))
      .toFixed(1)
      .padStart(6)} KB  ${file}`,
  )
}
process.exitCode = isOver ? 1 : 0
