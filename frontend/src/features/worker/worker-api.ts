// The Worker's methods about itself and its directories.
import { ListDirectoryRequestSchema, ListDirectoryResponseSchema } from '../../gen/leapmux/worker/v1/file_pb'
import {
  ListProvidersRequestSchema,
  ListProvidersResponseSchema,
  ListShellsRequestSchema,
  ListShellsResponseSchema,
  SystemInfoRequestSchema,
  SystemInfoResponseSchema,
} from '../../gen/leapmux/worker/v1/system_pb'
import type { WorkerMethod } from '../../rpc/ports'

export const systemInfo = {
  name: 'system.Info',
  input: SystemInfoRequestSchema,
  output: SystemInfoResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof SystemInfoRequestSchema, typeof SystemInfoResponseSchema>

export const listShells = {
  name: 'system.ListShells',
  input: ListShellsRequestSchema,
  output: ListShellsResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof ListShellsRequestSchema, typeof ListShellsResponseSchema>

export const listProviders = {
  name: 'system.ListProviders',
  input: ListProvidersRequestSchema,
  output: ListProvidersResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof ListProvidersRequestSchema, typeof ListProvidersResponseSchema>

export const listDirectory = {
  name: 'file.ListDirectory',
  input: ListDirectoryRequestSchema,
  output: ListDirectoryResponseSchema,
  class: 'normal',
} as const satisfies WorkerMethod<typeof ListDirectoryRequestSchema, typeof ListDirectoryResponseSchema>
