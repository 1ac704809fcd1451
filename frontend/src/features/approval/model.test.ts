import { createRoot, createSignal } from 'solid-js'
import { describe, expect, it } from 'vitest'
import type { Item } from '../../gen/leapmux/worker/v1/agent_pb'
import { createMemoryStorage, createStorage } from '../../lib/storage'
import { item } from '../../testing/agent-items'
import type { Answer } from '../agent/agent-store'
import { createApprovalStore } from './approval-store'
import { byTool, permissionChoices } from './model'

const option = (id: string, role: string) => ({ id, role, label: id })

describe('permissionChoices', () => {
  it('has one primary answer and one that takes feedback', () => {
    const options = [option('a', 'allow_always'), option('b', 'allow_once'), option('c', 'deny_and_stop'), option('d', 'deny')]
    const { allow, deny, others } = permissionChoices({ options } as never)
    expect([allow?.id, deny?.id, others.map(other => other.id)]).toEqual(['b', 'd', ['a', 'c']])
  })
})

it('groups what a plan asks to be allowed by tool', () => {
  const requested = [
    { tool: 'Bash', text: 'run the tests' },
    { tool: 'Web', text: 'read the docs' },
    { tool: 'Bash', text: 'install packages' },
  ]
  expect(byTool(requested)).toEqual([
    { tool: 'Bash', texts: ['run the tests', 'install packages'] },
    { tool: 'Web', texts: ['read the docs'] },
  ])
})

const question = (id: string, multi = false) => ({
  id,
  text: id,
  multi,
  options: [
    { id: 'x', label: 'X' },
    { id: 'y', label: 'Y' },
  ],
})
const asking = item(1, { case: 'question', value: { questions: [question('q1'), question('q2', true)] } })
const permitting = item(2, {
  case: 'permission',
  value: { acceptsFeedback: true, options: [option('allow', 'allow_once'), option('deny', 'deny')] },
})

function setUp(pending: readonly Item[], storage = createStorage(createMemoryStorage())) {
  const sent: { id: string; answer: Answer }[] = []
  const failures: string[] = []
  const drafts: string[] = []
  const [list, setList] = createSignal(pending)
  let refuse = false
  const store = createRoot(() =>
    createApprovalStore({
      agent: {
        pending: list,
        answer: async (id, answer) => {
          if (refuse) throw new Error('no')
          sent.push({ id, answer })
        },
      },
      storage,
      clearDraft: id => void drafts.push(`cleared ${id}`),
      restoreDraft: (id, text) => void drafts.push(`restored ${id}: ${text}`),
      releaseDraft: id => void drafts.push(`released ${id}`),
      fail: sentence => void failures.push(sentence),
    }),
  )
  return { store, sent, failures, drafts, setList, storage, refuse: () => (refuse = true) }
}

describe('questions', () => {
  it('moves on after a single choice, stays for a multiple one, and submits when complete', async () => {
    const { store, sent } = setUp([asking])
    store.select('y', true)
    expect(store.index()).toBe(1)
    store.select('x', true)
    store.select('y', true)
    store.select('x', true)
    expect(store.index()).toBe(1)
    expect(store.isComplete()).toBe(true)
    await store.submit()
    expect(sent).toEqual([
      {
        id: 'item_1',
        answer: {
          answers: [
            { questionId: 'q1', optionIds: ['y'], text: '' },
            { questionId: 'q2', optionIds: ['y'], text: '' },
          ],
        },
      },
    ])
  })

  it('stays while arrow keys wander through the options', () => {
    const { store } = setUp([asking])
    store.select('x', false)
    store.select('y', false)
    expect([store.index(), store.choice().optionIds]).toEqual([0, ['y']])
  })

  it('takes words instead of an option, fills the rest for YOLO, and stops with a word', async () => {
    const { store, sent } = setUp([asking])
    store.write('my own')
    await store.yolo()
    await store.stop()
    expect(sent[0]?.answer.answers).toEqual([
      { questionId: 'q1', optionIds: [], text: 'my own' },
      { questionId: 'q2', optionIds: [], text: 'Go with the recommended option.' },
    ])
    expect(sent[1]?.answer).toEqual({ feedback: 'User stopped' })
  })

  it('remembers half an answer over a reload', () => {
    const { store, storage } = setUp([asking])
    store.select('y', true)
    const again = setUp([asking], storage).store
    expect(again.choices().q1).toEqual({ optionIds: ['y'], text: '' })
  })
})

describe('several requests', () => {
  it('shows the oldest, and the next when it was answered elsewhere', () => {
    const { store, setList } = setUp([permitting, asking])
    expect([store.permission() !== undefined, store.waiting()]).toEqual([true, 2])
    setList([asking])
    expect([store.permission() !== undefined, store.question() !== undefined, store.waiting()]).toEqual([false, true, 1])
  })

  it('says when an answer could not be sent and lets the user try again', async () => {
    const { store, failures, refuse } = setUp([permitting])
    refuse()
    await store.allow('allow')
    expect(failures).toEqual(['Failed to send response'])
    expect(store.isSending()).toBe(false)
  })

  it('turns the text of the composer into feedback', async () => {
    const { store, sent } = setUp([permitting])
    store.composerRole()?.send(' use pnpm ')
    await Promise.resolve()
    expect(sent).toEqual([{ id: 'item_2', answer: { optionId: 'deny', feedback: 'use pnpm' } }])
  })
  it('loses nothing that is written below a request', async () => {
    const { store, drafts, refuse, setList } = setUp([permitting])
    const sending = store.reject('use pnpm')
    expect(drafts).toEqual(['cleared item_2'])
    await sending
    setList([])
    expect(drafts).toEqual(['cleared item_2', 'released item_2'])
    setList([permitting])
    refuse()
    await store.reject('use yarn')
    expect(drafts.slice(2)).toEqual(['cleared item_2', 'restored item_2: use yarn'])
  })
})
