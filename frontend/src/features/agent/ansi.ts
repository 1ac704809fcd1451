// Command output as coloured lines: SGR colours and styles, carriage-return progress collapsed, other controls dropped. Pure.

export interface AnsiSpan {
  readonly text: string
  /** 0–15: palette; `#rrggbb`: the program's own colour. */
  readonly foreground: number | string | undefined
  readonly background: number | string | undefined
  readonly isBold: boolean
  readonly isDim: boolean
  readonly isItalic: boolean
  readonly isUnderlined: boolean
  readonly isInverse: boolean
}
export type AnsiLine = readonly AnsiSpan[]

type Style = Omit<AnsiSpan, 'text'>

const PLAIN: Style = {
  foreground: undefined,
  background: undefined,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
  isInverse: false,
}

/** CSI, then OSC/DCS/APC strings, then two-character escapes, then control characters but tab and line feed. */
const CONTROL =
  /\u001b\[([0-9;:?<=>]*)[ -/]*([@-~])|\u001b[\]P_^X][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000b-\u001f\u007f]/g

export function ansiLines(text: string): readonly AnsiLine[] {
  let style = PLAIN
  return collapseReturns(text)
    .split('\n')
    .map(line => {
      const spans: AnsiSpan[] = []
      let from = 0
      for (const match of line.matchAll(CONTROL)) {
        push(spans, line.slice(from, match.index), style)
        from = match.index + match[0].length
        if (match[2] === 'm') style = applySgr(style, match[1] ?? '')
      }
      push(spans, line.slice(from), style)
      return spans
    })
}

/** The text without any control sequence, as it would be read. */
export function stripAnsi(text: string): string {
  return collapseReturns(text).replace(CONTROL, '')
}

/** `50%\r100%\n` is drawn over itself: what was written last stays. */
function collapseReturns(text: string): string {
  if (!text.includes('\r')) return text
  return text
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map(line => {
      const last = line.replace(/\r+$/, '')
      return last.slice(last.lastIndexOf('\r') + 1)
    })
    .join('\n')
}

function push(spans: AnsiSpan[], text: string, style: Style): void {
  if (text !== '') spans.push({ text, ...style })
}

function applySgr(style: Style, parameters: string): Style {
  if (/[?<=>]/.test(parameters)) return style
  const codes = parameters.split(/[;:]/).map(code => (code === '' ? 0 : Number(code)))
  let next = style
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(index + 1))
      index += used
      if (color !== undefined) next = { ...next, [code === 38 ? 'foreground' : 'background']: color }
    } else next = applyCode(next, code)
  }
  return next
}

function applyCode(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) return { ...style, foreground: code - 30 }
  if (code >= 90 && code <= 97) return { ...style, foreground: code - 82 }
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 }
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 }
  switch (code) {
    case 0:
      return PLAIN
    case 1:
      return { ...style, isBold: true }
    case 2:
      return { ...style, isDim: true }
    case 3:
      return { ...style, isItalic: true }
    case 4:
      return { ...style, isUnderlined: true }
    case 7:
      return { ...style, isInverse: true }
    case 22:
      return { ...style, isBold: false, isDim: false }
    case 23:
      return { ...style, isItalic: false }
    case 24:
      return { ...style, isUnderlined: false }
    case 27:
      return { ...style, isInverse: false }
    case 39:
      return { ...style, foreground: undefined }
    case 49:
      return { ...style, background: undefined }
    default:
      return style
  }
}

function extendedColor(codes: readonly number[]): { color: number | string | undefined; used: number } {
  if (codes[0] === 5) return { color: indexedColor(codes[1] ?? 0), used: 2 }
  if (codes[0] === 2) return { color: hex(codes.slice(1, 4)), used: 4 }
  return { color: undefined, used: 1 }
}

function indexedColor(index: number): number | string {
  if (index < 16) return index
  if (index >= 232) return hex(Array(3).fill(8 + (index - 232) * 10))
  const cube = index - 16
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step => (step === 0 ? 0 : 55 + step * 40)))
}

function hex(channels: readonly number[]): string {
  return `#${[0, 1, 2]
    .map(index =>
      Math.min(255, channels[index] ?? 0)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}
