// Which grammar a fence name or a file name asks for. Each grammar is its own chunk, loaded when first needed.
import type { Parser } from '@lezer/common'

type Load = () => Promise<Parser>

/** A CodeMirror 5 stream mode as a Lezer parser: for languages that have no grammar of their own. */
async function legacy(mode: Promise<unknown>): Promise<Parser> {
  const [{ StreamLanguage }, loaded] = await Promise.all([import('@codemirror/language'), mode])
  return StreamLanguage.define(loaded as Parameters<typeof StreamLanguage.define>[0]).parser
}

const javascript =
  (dialect: string): Load =>
  async () =>
    (await import('@lezer/javascript')).parser.configure({ dialect })
const clike =
  (dialect: 'kotlin' | 'csharp' | 'scala' | 'dart' | 'objectiveC'): Load =>
  () =>
    legacy(import('@codemirror/legacy-modes/mode/clike').then(mode => mode[dialect]))

const LOADERS: Readonly<Record<string, Load>> = {
  javascript: javascript('jsx'),
  typescript: javascript('ts'),
  tsx: javascript('ts jsx'),
  rust: async () => (await import('@lezer/rust')).parser,
  go: async () => (await import('@lezer/go')).parser,
  python: async () => (await import('@lezer/python')).parser,
  java: async () => (await import('@lezer/java')).parser,
  cpp: async () => (await import('@lezer/cpp')).parser,
  css: async () => (await import('@lezer/css')).parser,
  html: async () => (await import('@lezer/html')).parser,
  json: async () => (await import('@lezer/json')).parser,
  yaml: async () => (await import('@lezer/yaml')).parser,
  markdown: async () => (await import('@lezer/markdown')).parser,
  kotlin: clike('kotlin'),
  csharp: clike('csharp'),
  scala: clike('scala'),
  dart: clike('dart'),
  shell: () => legacy(import('@codemirror/legacy-modes/mode/shell').then(mode => mode.shell)),
  toml: () => legacy(import('@codemirror/legacy-modes/mode/toml').then(mode => mode.toml)),
  properties: () => legacy(import('@codemirror/legacy-modes/mode/properties').then(mode => mode.properties)),
  dockerfile: () => legacy(import('@codemirror/legacy-modes/mode/dockerfile').then(mode => mode.dockerFile)),
  ruby: () => legacy(import('@codemirror/legacy-modes/mode/ruby').then(mode => mode.ruby)),
  swift: () => legacy(import('@codemirror/legacy-modes/mode/swift').then(mode => mode.swift)),
  lua: () => legacy(import('@codemirror/legacy-modes/mode/lua').then(mode => mode.lua)),
  perl: () => legacy(import('@codemirror/legacy-modes/mode/perl').then(mode => mode.perl)),
  powershell: () => legacy(import('@codemirror/legacy-modes/mode/powershell').then(mode => mode.powerShell)),
  sql: () => legacy(import('@codemirror/legacy-modes/mode/sql').then(mode => mode.standardSQL)),
  xml: () => legacy(import('@codemirror/legacy-modes/mode/xml').then(mode => mode.xml)),
  diff: () => legacy(import('@codemirror/legacy-modes/mode/diff').then(mode => mode.diff)),
  protobuf: () => legacy(import('@codemirror/legacy-modes/mode/protobuf').then(mode => mode.protobuf)),
  nginx: () => legacy(import('@codemirror/legacy-modes/mode/nginx').then(mode => mode.nginx)),
  haskell: () => legacy(import('@codemirror/legacy-modes/mode/haskell').then(mode => mode.haskell)),
}

/** Other spellings: fence names and file extensions alike. */
const ALIASES: Readonly<Record<string, string>> = {
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  node: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  rs: 'rust',
  golang: 'go',
  py: 'python',
  python3: 'python',
  c: 'cpp',
  h: 'cpp',
  cc: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  'c++': 'cpp',
  scss: 'css',
  less: 'css',
  htm: 'html',
  vue: 'html',
  svelte: 'html',
  jsonc: 'json',
  json5: 'json',
  jsonl: 'json',
  yml: 'yaml',
  md: 'markdown',
  mdx: 'markdown',
  kt: 'kotlin',
  kts: 'kotlin',
  cs: 'csharp',
  'c#': 'csharp',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  fish: 'shell',
  console: 'shell',
  shellsession: 'shell',
  ini: 'properties',
  cfg: 'properties',
  env: 'properties',
  conf: 'properties',
  docker: 'dockerfile',
  rb: 'ruby',
  pl: 'perl',
  ps1: 'powershell',
  pwsh: 'powershell',
  svg: 'xml',
  plist: 'xml',
  patch: 'diff',
  proto: 'protobuf',
  hs: 'haskell',
}

const FILE_NAMES: Readonly<Record<string, string>> = {
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  'cargo.lock': 'toml',
  makefile: 'shell',
  '.bashrc': 'shell',
  '.zshrc': 'shell',
  '.profile': 'shell',
  '.gitconfig': 'properties',
  '.editorconfig': 'properties',
}

/** Our name of the language a fence asks for, or undefined. */
export function languageOfFence(name: string): string | undefined {
  const word =
    name
      .trim()
      .toLowerCase()
      .split(/[\s,{:]/, 1)[0] ?? ''
  const language = ALIASES[word] ?? word
  return Object.hasOwn(LOADERS, language) ? language : undefined
}

/** Our name of the language of a file, from its name alone. */
export function languageOfPath(path: string): string | undefined {
  const name = (path.split(/[\\/]/).pop() ?? '').toLowerCase()
  const known = FILE_NAMES[name]
  if (known !== undefined) return known
  const dot = name.lastIndexOf('.')
  return dot < 0 ? undefined : languageOfFence(name.slice(dot + 1))
}

const loaded = new Map<string, Promise<Parser>>()

/** The parser of a language name from the functions above; each is fetched once. */
export function loadParser(language: string): Promise<Parser> | undefined {
  const known = loaded.get(language)
  if (known !== undefined) return known
  const load = LOADERS[language]
  if (load === undefined) return undefined
  const parser = load()
  loaded.set(language, parser)
  parser.catch(() => loaded.delete(language))
  return parser
}
