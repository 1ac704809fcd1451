// Short ways to write transcript items in tests and in the dev gallery.
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { type Item, ItemSchema, ToolStatus } from '../gen/leapmux/worker/v1/agent_pb'

type Body = NonNullable<MessageInitShape<typeof ItemSchema>['body']>

/** An item at a position; its revision is the position unless given. */
export function item(position: number, body: Body, more: MessageInitShape<typeof ItemSchema> = {}): Item {
  return create(ItemSchema, {
    itemId: `item_${position}`,
    position: BigInt(position),
    rev: BigInt(position),
    timeMs: 1_700_000_000_000n + BigInt(position) * 1000n,
    body,
    ...more,
  })
}

export const userItem = (position: number, text: string, clientId = ''): Item =>
  item(position, { case: 'userMessage', value: { text, clientId } })
export const textItem = (position: number, text: string, open = false): Item =>
  item(position, { case: 'text', value: { text } }, { open })
export const noticeItem = (position: number, text: string, level = 'info'): Item =>
  item(position, { case: 'notice', value: { text, level } })
export const toolItem = (
  position: number,
  kind: string,
  status: ToolStatus = ToolStatus.OK,
  more: MessageInitShape<typeof ItemSchema> = {},
): Item => item(position, { case: 'tool', value: { kind, status, name: kind } }, more)
