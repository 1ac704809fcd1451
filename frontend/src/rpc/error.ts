// Names of the codes a stream or a channel can end with, and the errors made of them.
import { WorkerError } from './ports'

/** Codes from 0x0100 on are the application's: 0x0100 + RPC status number (channel.md 10.1). */
export const APPLICATION_CODES = 0x0100

const RPC_STATUS: Readonly<Record<number, string>> = {
  1: 'canceled',
  2: 'unknown',
  3: 'invalid_argument',
  4: 'deadline_exceeded',
  5: 'not_found',
  6: 'already_exists',
  7: 'permission_denied',
  8: 'resource_exhausted',
  9: 'failed_precondition',
  10: 'aborted',
  11: 'out_of_range',
  12: 'unimplemented',
  13: 'internal',
  14: 'unavailable',
  15: 'data_loss',
  16: 'unauthenticated',
}

/** channel.md 13. */
const CHANNEL_CODES: Readonly<Record<number, string>> = {
  1: 'bad_request',
  2: 'unsupported_version',
  3: 'unsupported_suite',
  4: 'unknown_key',
  5: 'duplicate_channel',
  6: 'handshake_failed',
  7: 'rate_limited',
  8: 'too_many_channels',
  9: 'worker_offline',
  10: 'not_allowed',
  11: 'auth_required',
  12: 'auth_failed',
  13: 'auth_timeout',
  14: 'decrypt_failed',
  15: 'protocol_error',
  16: 'flow_error',
  17: 'overload',
  18: 'timeout',
  19: 'revoked',
  20: 'rekey_failed',
  21: 'going_away',
  22: 'message_too_large',
  23: 'internal',
  24: 'cancelled',
  25: 'device_unknown',
  26: 'refused',
  27: 'rollback',
  28: 'downgrade',
  29: 'channel_lost',
}

export function codeName(code: number): string {
  if (code >= APPLICATION_CODES) return RPC_STATUS[code - APPLICATION_CODES] ?? 'unknown'
  return CHANNEL_CODES[code] ?? 'unknown'
}

/** The error of a stream the Worker reset, or of a channel that ended. */
export function workerError(code: number, reason: string): WorkerError {
  const name = codeName(code)
  return new WorkerError(name, reason === '' ? name.replaceAll('_', ' ') : reason)
}

/** Another try cannot mend these: the request itself is wrong, or not allowed. */
const FINAL: ReadonlySet<string> = new Set([
  'invalid_argument',
  'not_found',
  'already_exists',
  'permission_denied',
  'failed_precondition',
  'out_of_range',
  'unimplemented',
  'unauthenticated',
])

export function isFinal(error: WorkerError): boolean {
  return FINAL.has(error.code)
}
