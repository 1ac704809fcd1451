// What the terminal views of the gallery show.
import { TerminalState } from '../../gen/leapmux/worker/v1/terminal_pb'
import { terminalMethods as api } from '../../rpc/methods'
import type { FakeWorker } from '../fake-worker'

const ESC = '\u001b'
const color = (code: string, text: string) => `${ESC}[${code}m${text}${ESC}[0m`

function screen(): string {
  const prompt = `${color('32', 'ada@atlas')}:${color('34', '~/project')}$ `
  const normal = [0, 1, 2, 3, 4, 5, 6, 7].map(index => color(`3${index}`, `color ${index} `)).join('')
  const bright = [0, 1, 2, 3, 4, 5, 6, 7].map(index => color(`9${index}`, `color ${index} `)).join('')
  return [
    `${prompt}ls`,
    `${color('1;34', 'src')}  ${color('1;34', 'tests')}  Cargo.toml  ${color('32', 'build.sh')}  README.md`,
    `${prompt}cargo test`,
    `${color('1;32', '   Compiling')} parser v0.1.0`,
    `test reads_last_record ... ${color('31', 'FAILED')}`,
    `${color('1;31', 'error')}: test failed, see https://example.org/help`,
    normal,
    bright,
    `${color('1', 'bold')} ${color('2', 'dim')} ${color('3', 'italic')} ${color('4', 'underline')} ${color('7', 'inverse')}`,
    '日本語 wide, emoji 👩‍💻 🇩🇪, box ┌──┬──┐ │  │  │ └──┴──┘',
    prompt,
  ].join('\r\n')
}

export async function terminalScenes(view: string, worker: FakeWorker): Promise<void> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const status = (state: TerminalState, more: { exitCode?: number; failure?: string } = {}) =>
    worker.emit(api.attach, { event: { case: 'status', value: { state, ...more } } })
  const redraw = (text: string) =>
    worker.emit(api.attach, { event: { case: 'redraw', value: { offset: 0n, data: bytes(text), cols: 80, rows: 25 } } })
  switch (view) {
    case 'terminal-starting':
      return status(TerminalState.STARTING)
    case 'terminal-failed':
      return status(TerminalState.FAILED, { failure: '/bin/zsh: No such file or directory' })
    case 'terminal-exited':
      await redraw(`${screen()}exit\r\n\r\n[Terminal process exited (0) - Press Enter to restart]\r\n`)
      return status(TerminalState.EXITED, { exitCode: 0 })
    case 'terminal-offline':
      await redraw(screen())
      await status(TerminalState.READY)
      return worker.setState({ kind: 'connecting' })
    default:
      await redraw(screen())
      return status(TerminalState.READY)
  }
}
