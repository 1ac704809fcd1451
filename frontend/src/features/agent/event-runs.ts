// Events of one frame, those that are one change of the transcript together: thousands of them may come in a frame. Pure.
import type { AgentEvent, AgentStatus, Item, ItemDelta } from '../../gen/leapmux/worker/v1/agent_pb'

export type EventRun =
  | { readonly case: 'items'; readonly items: Item[] }
  /** Pieces of one item's text, in order. */
  | { readonly case: 'pieces'; readonly itemId: string; readonly pieces: ItemDelta[] }
  | { readonly case: 'removedItemId'; readonly value: string }
  | { readonly case: 'status'; readonly value: AgentStatus }

/** Keeps the order; only the last of several statuses counts. */
export function eventRuns(events: readonly AgentEvent['event'][]): EventRun[] {
  const runs: EventRun[] = []
  let status: AgentStatus | undefined
  for (const event of events) {
    const last = runs.at(-1)
    switch (event.case) {
      case 'item':
        if (last?.case === 'items') last.items.push(event.value)
        else runs.push({ case: 'items', items: [event.value] })
        break
      case 'delta':
        if (last?.case === 'pieces' && last.itemId === event.value.itemId) last.pieces.push(event.value)
        else runs.push({ case: 'pieces', itemId: event.value.itemId, pieces: [event.value] })
        break
      case 'removedItemId':
        runs.push({ case: 'removedItemId', value: event.value })
        break
      case 'status':
        status = event.value
        break
      default:
    }
  }
  return status === undefined ? runs : [...runs, { case: 'status', value: status }]
}
