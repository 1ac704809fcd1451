// The terminal emulator on the page: xterm.js with its add-ons, and the GPU when it is worth it.
import { ClipboardAddon, type IClipboardProvider } from '@xterm/addon-clipboard'
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { loadCellWidths } from '../../core/cell-widths'
import { createWidthProvider } from './cell-widths'
import type { RendererLeases } from './renderer-leases'
import type { TerminalEngine, TerminalEngineEvents, TerminalLook, TerminalSize } from './terminal-engine'

/** TRM-42. */
const SCROLLBACK = 5000
const LINE_HEIGHT = 1.25
/** Programs' own colours are made readable on our backgrounds. */
const MINIMUM_CONTRAST = 4.5

/** Programs may set the clipboard; what is in it is not theirs to read. */
const clipboard: IClipboardProvider = {
  readText: () => '',
  writeText: (_selection, text) => navigator.clipboard.writeText(text),
}

/** The font must be there before the first cell is measured; a missing one is no reason to wait. */
async function loadFonts({ fontFamily, fontSize }: TerminalLook): Promise<void> {
  await Promise.all([
    document.fonts.load(`${fontSize}px ${fontFamily}`),
    document.fonts.load(`bold ${fontSize}px ${fontFamily}`),
  ]).catch(() => undefined)
}

export async function openXterm(
  element: HTMLElement,
  look: TerminalLook,
  leases: RendererLeases,
  events: TerminalEngineEvents,
): Promise<TerminalEngine> {
  const [widths] = await Promise.all([loadCellWidths(), loadFonts(look)])
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: true,
    fontFamily: look.fontFamily,
    fontSize: look.fontSize,
    lineHeight: LINE_HEIGHT,
    minimumContrastRatio: MINIMUM_CONTRAST,
    scrollback: SCROLLBACK,
    theme: look.palette,
    // Links are opened with the modifier held, so that a click can select.
    linkHandler: { activate: (event, uri) => openLink(event, uri) },
    macOptionIsMeta: false,
  })
  const fitting = new FitAddon()
  const search = new SearchAddon()
  terminal.loadAddon(fitting)
  terminal.loadAddon(search)
  terminal.loadAddon(new WebLinksAddon(openLink))
  terminal.loadAddon(new ClipboardAddon(undefined, clipboard))
  const unicode = createWidthProvider(widths)
  terminal.unicode.register(unicode)
  terminal.unicode.activeVersion = unicode.version
  terminal.open(element)
  terminal.onData(events.onData)
  terminal.onBinary(events.onBinary)
  terminal.attachCustomKeyEventHandler(events.onKey)
  const onUp = () => {
    const text = terminal.getSelection()
    if (text !== '') events.onSelected(text)
  }
  element.addEventListener('pointerup', onUp)
  const renderer = createRenderer(terminal, leases)

  return {
    write: (data, parsed) => terminal.write(data, parsed),
    reset: () => terminal.reset(),
    resize: ({ cols, rows }) => terminal.resize(cols, rows),
    size: () => ({ cols: terminal.cols, rows: terminal.rows }),
    fittingSize: () => fittingSize(fitting),
    focus: () => terminal.focus(),
    blur: () => terminal.blur(),
    setLook(next) {
      void loadFonts(next).then(() => {
        terminal.options.fontFamily = next.fontFamily
        terminal.options.fontSize = next.fontSize
      })
      terminal.options.theme = next.palette
    },
    setVisible: visible => renderer.setVisible(visible),
    selection: () => terminal.getSelection(),
    scrollPages: pages => terminal.scrollPages(pages),
    isApplicationCursor: () => terminal.modes.applicationCursorKeysMode,
    find: (text, direction) => (direction === 'next' ? search.findNext(text, { incremental: true }) : search.findPrevious(text)),
    clearFind: () => search.clearDecorations(),
    dispose() {
      element.removeEventListener('pointerup', onUp)
      renderer.dispose()
      terminal.dispose()
    },
  }
}

function openLink(event: MouseEvent, uri: string): void {
  if (!event.ctrlKey && !event.metaKey) return
  if (/^(?:https?|mailto):/i.test(uri)) window.open(uri, '_blank', 'noopener,noreferrer')
}

function fittingSize(fitting: FitAddon): TerminalSize | undefined {
  const proposed = fitting.proposeDimensions()
  if (proposed === undefined || Number.isNaN(proposed.cols) || Number.isNaN(proposed.rows)) return undefined
  return { cols: Math.max(2, proposed.cols), rows: Math.max(1, proposed.rows) }
}

/** WebGL while the terminal is in view and a lease is free; the DOM otherwise, and for good after a lost context. */
function createRenderer(terminal: Terminal, leases: RendererLeases) {
  let release: (() => void) | undefined
  let isVisible = false
  let isDisposed = false

  async function acquire(): Promise<void> {
    const lease = leases.acquire()
    if (lease === undefined) return
    release = lease
    const { WebglAddon } = await import('@xterm/addon-webgl')
    if (!isVisible || isDisposed) return giveBack()
    try {
      const addon = new WebglAddon()
      addon.onContextLoss(() => {
        leases.giveUp()
        giveBack()
      })
      terminal.loadAddon(addon)
      release = () => {
        loseContext(terminal.element)
        addon.dispose()
        lease()
      }
    } catch {
      leases.giveUp()
      giveBack()
    }
  }
  function giveBack(): void {
    const held = release
    release = undefined
    held?.()
  }

  return {
    setVisible(visible: boolean): void {
      if (visible === isVisible) return
      isVisible = visible
      if (visible) void acquire()
      else giveBack()
    },
    dispose(): void {
      isDisposed = true
      isVisible = false
      giveBack()
    },
  }
}

/** The add-on keeps its context when it is disposed of; browsers allow few (xterm.js #6068). */
function loseContext(element: HTMLElement | undefined): void {
  for (const canvas of element?.querySelectorAll('canvas') ?? []) {
    canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
  }
}
