// What a tab's mark shows, and what it is called. Pure.
import type { Status } from '../../ui'
import type { TabInfo } from './tabs-store'

/** The state that matters most; undefined when nothing does. */
export function tabStatus(info: TabInfo | undefined, hasUnseen: boolean): Status | undefined {
  if (info?.activity === 'waiting') return 'waiting'
  if (info?.activity === 'failed') return 'failed'
  if (info?.activity === 'starting') return 'connecting'
  if (info?.activity === 'running') return 'running'
  return hasUnseen ? 'unread' : undefined
}

const URGENCY: readonly Status[] = ['waiting', 'failed', 'unread', 'running', 'connecting']

/** The mark of a group: the most urgent of its members. */
export function groupStatus(statuses: readonly (Status | undefined)[]): Status | undefined {
  return URGENCY.find(status => statuses.includes(status))
}

export function tabTitle(info: TabInfo | undefined, fallback: string): string {
  return info === undefined || info.title === '' ? fallback : info.title
}

const MAX_TITLE = 128

/** A title as the Worker takes it (spec WSP-6), or why it does not. */
export function cleanTitle(text: string): { readonly title: string } | { readonly problem: string } {
  const title = text.replaceAll(/[\u0000-\u001f\u007f"\\$%]/g, '').trim()
  if (title === '') return { problem: 'Name must not be empty' }
  return [...title].length > MAX_TITLE ? { problem: 'Name must be at most 128 characters' } : { title }
}
