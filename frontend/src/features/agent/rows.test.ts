import { describe, expect, it } from 'vitest'
import { ToolStatus } from '../../gen/leapmux/worker/v1/agent_pb'
import { item, noticeItem, textItem, toolItem, userItem } from '../../testing/agent-items'
import { buildRows, rowKeys } from './rows'

const options = { showHidden: false, isExpanded: () => undefined }
const draw = (rows: ReturnType<typeof buildRows>) => rows.map(row => `${row.kind}:${row.ids.length}@${row.depth}`)

describe('buildRows', () => {
  it('folds consecutive reads and notices, not errors', () => {
    const items = [
      userItem(1, 'go'),
      toolItem(2, 'read'),
      toolItem(3, 'read'),
      textItem(4, 'so'),
      noticeItem(5, 'a'),
      noticeItem(6, 'b'),
      noticeItem(7, 'bad', 'error'),
    ]
    expect(draw(buildRows(items, options))).toEqual(['item:1@0', 'reads:2@0', 'item:1@0', 'notices:2@0', 'item:1@0'])
  })

  it('leaves out empty text, open requests and the tool behind a question', () => {
    const items = [
      textItem(1, '  '),
      item(2, { case: 'permission', value: {} }),
      item(3, { case: 'permission', value: { resolution: { resolved: true } } }),
      toolItem(4, 'question'),
    ]
    expect(buildRows(items, options).map(row => row.ids[0])).toEqual(['item_3'])
    expect(buildRows(items, { ...options, showHidden: true })).toHaveLength(4)
  })

  it('indents sub-agents while they run and folds them away when they are done', () => {
    const steps = [
      toolItem(2, 'execute', ToolStatus.OK, { scope: 'item_1' }),
      toolItem(3, 'edit', ToolStatus.OK, { scope: 'item_1' }),
    ]
    const running = buildRows([toolItem(1, 'task', ToolStatus.RUNNING), ...steps], options)
    expect(draw(running)).toEqual(['item:1@0', 'item:1@1', 'item:1@1'])
    expect(running.map(row => row.scopeChanged)).toEqual([undefined, 'item_1', undefined])
    const done = [toolItem(1, 'task'), ...steps]
    expect(draw(buildRows(done, options))).toEqual(['item:1@0'])
    expect(buildRows(done, { ...options, isExpanded: id => (id === 'item_1' ? true : undefined) })).toHaveLength(3)
  })

  it('keeps the key of a fold when earlier members are loaded', () => {
    const before = buildRows([toolItem(5, 'read'), toolItem(6, 'read')], options)
    const after = buildRows([toolItem(4, 'read'), toolItem(5, 'read'), toolItem(6, 'read')], options, rowKeys(before))
    expect(after[0]?.key).toBe(before[0]?.key)
    expect(after[0]?.ids).toHaveLength(3)
  })
})
