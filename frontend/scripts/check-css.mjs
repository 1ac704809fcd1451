// Style gate: unknown or unused classes, unknown tokens and raw colours fail. Writes `*.module.css.d.ts` beside each module.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'lightningcss'
import { runnerImport } from 'vite'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'src')
const { module: design } = await runnerImport(join(source, 'design/tokens-css.ts'), {
  root,
  configFile: false,
  logLevel: 'error',
})
const tokens = new Set(design.tokenNames())

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => join(entry.parentPath, entry.name))
  .filter(file => !file.includes('/src/gen/') && !file.includes('/core/pkg/'))
const styleSheets = files.filter(file => file.endsWith('.css'))
const scripts = files.filter(file => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
const scriptText = new Map(scripts.map(file => [file, readFileSync(file, 'utf8')]))

const problems = []
const report = (file, text) => problems.push(`${relative(root, file)}: ${text}`)

/** Custom properties that scripts set through `style` and elements of Kobalte carry. */
const setByScripts = new Set(
  [...scriptText.values()].flatMap(text => [...text.matchAll(/['"`]--([\w-]+)['"`]/g)].map(match => match[1])),
)

/** style sheet → variable name and text of every script that imports it. */
const importers = new Map()
for (const [file, text] of scriptText) {
  for (const [, name, path] of text.matchAll(/import (\w+) from '(\.[^']+\.module\.css)'/g)) {
    const sheet = resolve(dirname(file), path)
    if (!existsSync(sheet)) report(file, `imports ${path}, which does not exist`)
    importers.set(sheet, [...(importers.get(sheet) ?? []), { file, text, name }])
  }
}

function checkValues(file, css) {
  const bare = css.replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const own = new Set([...bare.matchAll(/(?:^|[\s;{])--([\w-]+)\s*:/g)].map(match => match[1]))
  for (const [, name, next] of bare.matchAll(/var\(--([\w-]+)\s*([,)])/g)) {
    const isKnown = tokens.has(name) || own.has(name) || setByScripts.has(name) || (name.startsWith('kb-') && next === ',')
    if (!isKnown && !name.startsWith('kb-')) report(file, `unknown token --${name}`)
  }
  for (const [raw] of bare.matchAll(/#[0-9a-f]{3,8}\b(?![^{};]*\{)|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(/gi))
    report(file, `raw colour ${raw}`)
}

function classesOf(file, css) {
  const { exports } = transform({ filename: file, code: Buffer.from(css), cssModules: true })
  const bare = css.replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const selectors = new Set([...bare.matchAll(/\.([A-Za-z_][\w-]*)/g)].map(match => match[1]))
  return Object.keys(exports).filter(name => selectors.has(name))
}

for (const file of styleSheets) {
  const css = readFileSync(file, 'utf8')
  checkValues(file, css)
  if (!file.endsWith('.module.css')) continue
  const classes = classesOf(file, css)
  const used = new Set()
  let isDynamic = false
  for (const importer of importers.get(file) ?? []) {
    for (const [, name] of importer.text.matchAll(new RegExp(`\\b${importer.name}\\.(\\w+)`, 'g'))) {
      used.add(name)
      if (!classes.includes(name)) report(importer.file, `${relative(dirname(importer.file), file)} has no class .${name}`)
    }
    isDynamic ||= importer.text.includes(`${importer.name}[`)
  }
  if (!importers.has(file)) report(file, 'is imported by nobody')
  for (const name of classes) if (!isDynamic && !used.has(name)) report(file, `.${name} is used by nobody`)
  const types = `declare const styles: {\n${classes.map(name => `  readonly ${name}: string\n`).join('')}}\nexport default styles\n`
  const target = `${file}.d.ts`
  if (!existsSync(target) || readFileSync(target, 'utf8') !== types) writeFileSync(target, types)
}

if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exitCode = 1
} else {
  console.log(`check-css: ${styleSheets.length} style sheets, ${tokens.size} tokens`)
}
