// How high a row probably is before it has been drawn once, so that the scroll bar does not lie much. Pure.
import type { Item } from '../../gen/leapmux/worker/v1/agent_pb'

const CHARACTERS_PER_LINE = 95
const LINE = 22

/** Pixels. */
export function estimateRow(item: Item | undefined): number {
  if (item === undefined) return 40
  const { body } = item
  switch (body.case) {
    case 'text':
    case 'plan':
      return 16 + lines(body.case === 'text' ? body.value.text : body.value.markdown) * LINE
    case 'thinking':
      return 40 + lines(body.value.text) * 20
    case 'userMessage':
      return 32 + lines(body.value.text) * LINE
    case 'tool':
      return body.value.diffs.length > 0 ? 220 : body.value.kind === 'execute' ? 110 : 36
    case 'processExit':
      return 60
    default:
      return 32
  }
}

function lines(text: string): number {
  return text.split('\n', 400).reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / CHARACTERS_PER_LINE)), 0)
}
