// Hands a layout batch to the Hub and says what became of it.
import { Code, ConnectError } from '@connectrpc/connect'
import type { SubmitAnswer } from '../core/layout'
import type { HubClient } from './hub-client'

/** The Hub understood and said no; trying the same again cannot help. Everything else is worth another try. */
const REFUSALS: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
])

/** Throws when there was no answer. */
export async function submitBatch(hub: HubClient, orgId: string, batch: Uint8Array): Promise<SubmitAnswer> {
  try {
    const { rev, refused, refusedCode } = await hub.layout.submitBatch({ orgId, batch })
    if (refused !== '') return { kind: 'refused', code: refusedCode, sentence: refused }
    return { kind: 'taken', rev: Number(rev) }
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error)
    if (REFUSALS.has(code)) return { kind: 'refused', code: 'rejected', sentence: rawMessage }
    throw error
  }
}
