// What a request offers, sorted into what the banner draws; and when a set of answers is complete. Pure.
import type {
  PermissionRequest,
  Question,
  QuestionRequest,
  RequestedPermission,
  RequestOption,
} from '../../gen/leapmux/worker/v1/agent_pb'

export interface PermissionChoices {
  /** The one primary button: allow once, else the first option that allows. */
  readonly allow: RequestOption | undefined
  /** The option that text typed by the user goes with. */
  readonly deny: RequestOption | undefined
  /** Everything else, in the agent's order. */
  readonly others: readonly RequestOption[]
}

export function permissionChoices(request: Pick<PermissionRequest, 'options'>): PermissionChoices {
  const { options } = request
  const allow = options.find(option => option.role === 'allow_once') ?? options.find(option => option.role.startsWith('allow'))
  const deny = options.find(option => option.role === 'deny') ?? options.find(option => option.role.startsWith('deny'))
  return { allow, deny, others: options.filter(option => option !== allow && option !== deny) }
}

/** What a plan asks to be allowed, by tool in the order of their first mention. */
export function byTool(
  requested: readonly Pick<RequestedPermission, 'tool' | 'text'>[],
): readonly { readonly tool: string; readonly texts: readonly string[] }[] {
  const groups = new Map<string, string[]>()
  for (const { tool, text } of requested) groups.set(tool, [...(groups.get(tool) ?? []), text])
  return Array.from(groups, ([tool, texts]) => ({ tool, texts }))
}

/** What was chosen for one question: option ids, and words of one's own. */
export interface Choice {
  readonly optionIds: readonly string[]
  readonly text: string
}
export type Choices = Readonly<Record<string, Choice>>

export const NO_CHOICE: Choice = { optionIds: [], text: '' }

/** One option of a single choice replaces the other; of a multiple choice it is switched on or off. */
export function choose(choice: Choice, question: Pick<Question, 'multi'>, optionId: string): Choice {
  if (!question.multi) return { ...choice, optionIds: [optionId] }
  const isOn = choice.optionIds.includes(optionId)
  const optionIds = isOn ? choice.optionIds.filter(id => id !== optionId) : [...choice.optionIds, optionId]
  return { ...choice, optionIds }
}

export function isAnswered(choice: Choice | undefined): boolean {
  return choice !== undefined && (choice.optionIds.length > 0 || choice.text.trim() !== '')
}

export function isComplete(request: Pick<QuestionRequest, 'questions'>, choices: Choices): boolean {
  return request.questions.every(question => isAnswered(choices[question.id]))
}

/** The next question without an answer after `index`, going round; `index` itself when all have one. */
export function nextUnanswered(request: Pick<QuestionRequest, 'questions'>, choices: Choices, index: number): number {
  const count = request.questions.length
  for (let step = 1; step <= count; step += 1) {
    const at = (index + step) % count
    if (!isAnswered(choices[request.questions[at]?.id ?? ''])) return at
  }
  return index
}

/** Answers as they are sent. `filler` answers what was left open. */
export function toAnswers(
  request: Pick<QuestionRequest, 'questions'>,
  choices: Choices,
  filler = '',
): { questionId: string; optionIds: string[]; text: string }[] {
  return request.questions.map(question => {
    const choice = choices[question.id] ?? NO_CHOICE
    const text = choice.text.trim()
    return {
      questionId: question.id,
      optionIds: [...choice.optionIds],
      text: isAnswered(choice) ? text : filler,
    }
  })
}

/** Choices as browser storage gives them back; anything else is dropped. */
export function parseChoices(stored: unknown): Choices {
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(
    Object.entries(stored).flatMap(([id, value]: [string, Partial<Choice> | null]) => {
      const optionIds = Array.isArray(value?.optionIds) ? value.optionIds.filter(option => typeof option === 'string') : []
      const text = typeof value?.text === 'string' ? value.text : ''
      return [[id, { optionIds, text }]]
    }),
  )
}
