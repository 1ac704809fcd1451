// The Worker's tab methods.
import {
  CloseTabRequestSchema,
  CloseTabResponseSchema,
  RenameTabRequestSchema,
  RenameTabResponseSchema,
  WatchTabsEventSchema,
  WatchTabsRequestSchema,
} from '../../gen/leapmux/worker/v1/tab_pb'
import type { WorkerMethod } from '../../rpc/ports'

export const watchTabs = {
  name: 'tab.Watch',
  input: WatchTabsRequestSchema,
  output: WatchTabsEventSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof WatchTabsRequestSchema, typeof WatchTabsEventSchema>

export const renameTab = {
  name: 'tab.Rename',
  input: RenameTabRequestSchema,
  output: RenameTabResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof RenameTabRequestSchema, typeof RenameTabResponseSchema>

export const closeTab = {
  name: 'tab.Close',
  input: CloseTabRequestSchema,
  output: CloseTabResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof CloseTabRequestSchema, typeof CloseTabResponseSchema>
