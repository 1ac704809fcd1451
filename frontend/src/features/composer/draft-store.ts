// What is being written to each agent. Kept in this browser for a week; other features may add to it.
import { type Accessor, createSignal } from 'solid-js'
import { type AppStorage, DAY_MS } from '../../lib/storage'

const DRAFT_TTL_MS = 7 * DAY_MS

/** Text somebody else puts into a draft. A new object each time. */
export interface Insertion {
  readonly text: string
  /** `block`: on lines of its own (a quote); `inline`: at the cursor (a mention). */
  readonly mode: 'block' | 'inline'
}

export interface Draft {
  readonly text: Accessor<string>
  /** The newest insertion nobody has taken yet. */
  readonly insertion: Accessor<Insertion | undefined>
}

export interface DraftStore {
  draft(tabId: string): Draft
  /** The writer's own edit. */
  edit(tabId: string, text: string): void
  /** Adds to the draft and asks its composer for the focus. */
  insert(tabId: string, insertion: Insertion): void
  /** The composer shows the insertion now. */
  taken(tabId: string): void
  /** Empties the draft and returns it, so that sending cannot race with typing. */
  take(tabId: string): string
}

export function createDraftStore(storage: AppStorage): DraftStore {
  const drafts = new Map<string, ReturnType<typeof open>>()
  const key = (tabId: string) => `draft:${tabId}`

  function open(tabId: string) {
    const saved = storage.get(key(tabId))
    const [text, setText] = createSignal(typeof saved === 'string' ? saved : '')
    const [insertion, setInsertion] = createSignal<Insertion>()
    return { text, setText, insertion, setInsertion }
  }
  function draft(tabId: string) {
    const known = drafts.get(tabId) ?? open(tabId)
    drafts.set(tabId, known)
    return known
  }
  function edit(tabId: string, text: string): void {
    draft(tabId).setText(text)
    storage.set(key(tabId), text === '' ? undefined : text, DRAFT_TTL_MS)
  }

  return {
    draft,
    edit,
    insert(tabId, insertion) {
      const waiting = draft(tabId).insertion()
      const text = waiting === undefined ? insertion.text : waiting.text + insertion.text
      draft(tabId).setInsertion({ text, mode: insertion.mode })
    },
    taken: tabId => void draft(tabId).setInsertion(undefined),
    take(tabId) {
      const text = draft(tabId).text()
      edit(tabId, '')
      return text
    },
  }
}
