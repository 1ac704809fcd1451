import { describe, expect, it } from 'vitest'
import { cleanTitle, groupStatus, tabStatus, tabTitle } from './tab-status'
import type { TabActivity, TabInfo } from './tabs-store'

const info = (activity: TabActivity, title = 'Agent Ada'): TabInfo => ({
  id: 'tab_1',
  workerId: 'wrk_1',
  workspaceId: 'ws_1',
  kind: 'agent',
  title,
  activity,
  provider: 'claude',
  workingDir: '/src',
  shell: '',
  failure: '',
  attention: 0,
})

describe('tab status', () => {
  it.each([
    ['waiting', true, 'waiting'],
    ['failed', true, 'failed'],
    ['running', true, 'running'],
    ['ready', true, 'unread'],
    ['ready', false, undefined],
    ['exited', false, undefined],
  ] as const)('%s, unseen %s: %s', (activity, unseen, status) => {
    expect(tabStatus(info(activity), unseen)).toBe(status)
  })
  it('a group shows the most urgent of its tabs', () => {
    expect(groupStatus(['running', undefined, 'waiting', 'unread'])).toBe('waiting')
    expect(groupStatus(['running', 'unread'])).toBe('unread')
    expect(groupStatus([undefined])).toBeUndefined()
  })
})

describe('titles', () => {
  it('fall back to the kind', () => {
    expect(tabTitle(undefined, 'Agent')).toBe('Agent')
    expect(tabTitle(info('ready', ''), 'Agent')).toBe('Agent')
  })
  it('are cleaned as the Worker cleans them', () => {
    expect(cleanTitle('  a"b\\c$d%e\u0007 ')).toEqual({ title: 'abcde' })
    expect(cleanTitle(' "" ')).toEqual({ problem: 'Name must not be empty' })
    expect(cleanTitle('x'.repeat(129))).toEqual({ problem: 'Name must be at most 128 characters' })
  })
})
