// What the terminal feature needs of an emulator on the page. The only implementation is xterm.js (`xterm-engine.ts`).
import type { TerminalPalette } from '../../design/tokens'
import type { KeyPress } from './model'

export interface TerminalSize {
  readonly cols: number
  readonly rows: number
}

export interface TerminalLook {
  readonly palette: TerminalPalette
  /** CSS font-family list. */
  readonly fontFamily: string
  readonly fontSize: number
}

/** What a store drives; tests pass a fake. */
export interface TerminalScreen {
  /** `parsed` is called when the bytes are on the screen. */
  write(data: Uint8Array, parsed: () => void): void
  /** Empties screen and scrollback and forgets all modes. */
  reset(): void
  resize(size: TerminalSize): void
  readonly size: () => TerminalSize
  /** The size that fits the element; undefined while it cannot be measured. */
  readonly fittingSize: () => TerminalSize | undefined
}

export interface TerminalEngine extends TerminalScreen {
  focus(): void
  blur(): void
  setLook(look: TerminalLook): void
  /** A terminal in view may use the GPU; one that is hidden gives it back. */
  setVisible(visible: boolean): void
  selection(): string
  scrollPages(pages: number): void
  readonly isApplicationCursor: () => boolean
  /** Answers whether there was a match. */
  find(text: string, direction: 'next' | 'previous'): boolean
  clearFind(): void
  dispose(): void
}

export interface TerminalEngineEvents {
  /** Typed, pasted, or an answer to a program. */
  onData(data: string): void
  /** Mouse reports of the old encoding: one byte per character. */
  onBinary(data: string): void
  /** True: xterm may have the key. */
  onKey(event: KeyPress): boolean
  onSelected(text: string): void
}
