// The request that waits for an answer: what is chosen so far, and sending it. One at a time, oldest first.
import { createEffect, createMemo, createSignal, on } from 'solid-js'
import type { Item, PermissionRequest, QuestionRequest } from '../../gen/leapmux/worker/v1/agent_pb'
import { type AppStorage, DAY_MS } from '../../lib/storage'
import type { AgentStore, Answer } from '../agent/agent-store'
import {
  type Choice,
  type Choices,
  choose,
  isAnswered,
  isComplete,
  NO_CHOICE,
  nextUnanswered,
  parseChoices,
  permissionChoices,
  toAnswers,
} from './model'
import { strings } from './strings'

export interface ApprovalPorts {
  readonly agent: Pick<AgentStore, 'pending' | 'answer'>
  readonly storage: AppStorage
  /** The text went with an answer. */
  clearDraft(draftId: string): void
  /** The answer could not be sent: its text is there again. */
  restoreDraft(draftId: string, text: string): void
  /** The request is gone: what is still written below it was not sent and becomes the beginning of a message. */
  releaseDraft(draftId: string): void
  /** Tells the user in one sentence. */
  fail(sentence: string): void
}

/** What the composer does while a request waits: its text is the answer's. */
export interface ComposerRole {
  /** Key of the draft that holds the text. */
  readonly draftId: string
  readonly placeholder: string
  send(text: string): void
}

export type ApprovalStore = ReturnType<typeof createApprovalStore>

/** Under an owner. */
export function createApprovalStore(ports: ApprovalPorts) {
  const [sending, setSending] = createSignal<string>()
  const [changes, setChanges] = createSignal(0)
  const [indexes, setIndexes] = createSignal<ReadonlyMap<string, number>>(new Map())
  const known = new Map<string, Choices>()

  const request = createMemo<Item | undefined>(() => ports.agent.pending()[0])
  const permission = createMemo<PermissionRequest | undefined>(() => {
    const body = request()?.body
    return body?.case === 'permission' ? body.value : undefined
  })
  const question = createMemo<QuestionRequest | undefined>(() => {
    const body = request()?.body
    return body?.case === 'question' ? body.value : undefined
  })
  const id = () => request()?.itemId ?? ''
  createEffect(
    on(request, (now, before) => {
      if (before?.body.case === 'permission' && before.itemId !== now?.itemId) ports.releaseDraft(before.itemId)
    }),
  )
  const storageKey = (requestId: string) => `answers:${requestId}`

  function choices(): Choices {
    changes()
    const saved = known.get(id()) ?? parseChoices(ports.storage.get(storageKey(id())))
    known.set(id(), saved)
    return saved
  }
  function change(questionId: string, choice: Choice): void {
    const next = { ...choices(), [questionId]: choice }
    known.set(id(), next)
    ports.storage.set(storageKey(id()), next, DAY_MS)
    setChanges(count => count + 1)
  }
  const index = () => indexes().get(id()) ?? 0
  const setIndex = (next: number) => void setIndexes(all => new Map(all).set(id(), next))
  const current = () => question()?.questions[index()]

  async function send(answer: Answer): Promise<void> {
    const requestId = id()
    const drafts = question()?.questions.map(asked => `${requestId}:${asked.id}`) ?? []
    if (requestId === '' || sending() === requestId) return
    const feedback = permission() === undefined ? '' : (answer.feedback ?? '')
    setSending(requestId)
    // At once: what is typed from now on is no part of the answer.
    if (feedback !== '') ports.clearDraft(requestId)
    try {
      await ports.agent.answer(requestId, answer)
      known.delete(requestId)
      ports.storage.set(storageKey(requestId), undefined)
      drafts.forEach(ports.clearDraft)
    } catch {
      if (feedback !== '') ports.restoreDraft(requestId, feedback)
      ports.fail(strings.responseFailed)
    } finally {
      setSending(undefined)
    }
  }

  /** Text with a denial reaches the agent; without it is a plain rejection. */
  function reject(text: string): Promise<void> {
    const deny = permissionChoices(permission() ?? { options: [] }).deny
    return send({ optionId: deny?.id ?? '', feedback: text.trim() })
  }
  function submit(filler = ''): Promise<void> {
    const asked = question()
    return asked === undefined ? Promise.resolve() : send({ answers: toAnswers(asked, choices(), filler) })
  }

  return {
    request,
    permission,
    question,
    /** How many wait, this one included. */
    waiting: () => ports.agent.pending().length,
    isSending: () => sending() !== undefined && sending() === id(),
    choices,
    index,
    setIndex,
    current,
    choice: (): Choice => choices()[current()?.id ?? ''] ?? NO_CHOICE,
    isComplete: () => isComplete(question() ?? { questions: [] }, choices()),
    /** `isFinal`: a single choice moves on to the next open question by itself. Arrow keys only wander through options. */
    select(optionId: string, isFinal: boolean): void {
      const asked = question()
      const shown = current()
      if (asked === undefined || shown === undefined) return
      change(shown.id, choose(choices()[shown.id] ?? NO_CHOICE, shown, optionId))
      if (isFinal && !shown.multi && asked.questions.length > 1) setIndex(nextUnanswered(asked, choices(), index()))
    },
    write(text: string): void {
      const shown = current()
      if (shown === undefined) return
      const before = choices()[shown.id] ?? NO_CHOICE
      if (before.text !== text) change(shown.id, { ...before, text })
    },
    isAnswered: (questionId: string) => isAnswered(choices()[questionId]),
    allow: (optionId: string, more: { bypass?: boolean; clearContext?: boolean } = {}) => send({ optionId, ...more }),
    reject,
    submit: () => submit(),
    yolo: () => submit(strings.yoloAnswer),
    stop: () => send({ feedback: strings.userStopped }),
    /** Undefined: the composer writes messages as always. */
    composerRole: createMemo<ComposerRole | undefined>(() => {
      const asked = question()
      const shown = current()
      if (asked !== undefined && shown !== undefined) {
        return {
          draftId: `${id()}:${shown.id}`,
          placeholder: strings.ownAnswer,
          send: () => {
            if (isComplete(asked, choices())) void submit()
            else setIndex(nextUnanswered(asked, choices(), index()))
          },
        }
      }
      if (permission()?.acceptsFeedback !== true) return undefined
      return { draftId: id(), placeholder: strings.rejectionReason, send: text => void reject(text) }
    }),
  }
}
