// An item as text to copy or quote. Pure.
import type { Item } from '../../gen/leapmux/worker/v1/agent_pb'
import { stripAnsi } from './ansi'
import { strings } from './strings'
import { commandOf } from './tool-view'

/** What was written, as Markdown; empty when there is nothing worth copying. */
export function itemMarkdown(item: Item): string {
  const { body } = item
  switch (body.case) {
    case 'userMessage':
    case 'text':
    case 'thinking':
    case 'notice':
      return body.value.text
    case 'plan':
      return body.value.markdown
    case 'tool':
      return toolMarkdown(item)
    case 'question':
      return body.value.questions
        .map(question => {
          const answer = body.value.resolution?.answers.find(given => given.questionId === question.id)
          const labels = question.options.filter(option => answer?.optionIds.includes(option.id)).map(option => option.label)
          const said = [...labels, answer?.text ?? ''].filter(text => text !== '').join(', ')
          return `**${question.text}**\n\n${said === '' ? strings.notAnswered : said}`
        })
        .join('\n\n')
    case 'permission':
      return [body.value.title, body.value.plan, body.value.resolution?.feedback ?? ''].filter(text => text !== '').join('\n\n')
    case 'turnEnd':
      return body.value.error
    case 'processExit':
      return body.value.stderrTail
    default:
      return ''
  }
}

function toolMarkdown(item: Item): string {
  if (item.body.case !== 'tool') return ''
  const tool = item.body.value
  const output = stripAnsi(tool.output).trimEnd()
  if (tool.kind === 'execute')
    return [fence('sh', commandOf(tool)), output === '' ? '' : fence('', output)].filter(Boolean).join('\n\n')
  return output === '' ? tool.title : fence('', output)
}

/** A fence longer than any run of backticks inside. */
function fence(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(match => match[0].length))
  const ticks = '`'.repeat(longest + 1)
  return `${ticks}${language}\n${text}\n${ticks}`
}

/** What "Copy" gives: the text without its Markdown fences for tools, as written otherwise. */
export function itemPlain(item: Item): string {
  if (item.body.case !== 'tool') return itemMarkdown(item)
  const tool = item.body.value
  const output = stripAnsi(tool.output).trimEnd()
  return tool.kind === 'execute'
    ? [commandOf(tool), output].filter(text => text !== '').join('\n')
    : output === ''
      ? tool.title
      : output
}

/** AGT-130: each line prefixed, then a blank line. */
export function quote(text: string): string {
  return `${text
    .trim()
    .split('\n')
    .map(line => (line === '' ? '>' : `> ${line}`))
    .join('\n')}\n\n`
}
