// Who is there, and letting people in: all the page can do before there is a session. Loaded without the rest of the application.
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { AuthService } from '../gen/leapmux/hub/v1/auth_pb.js'
import { type GetSystemInfoResponse, SystemService } from '../gen/leapmux/hub/v1/system_pb.js'
import { createHubTransport, isUnreachable, sentenceOf } from '../rpc/hub-transport'
import { SessionError } from './session-port'

/** How the Hub runs and who the caller is, as it says. */
export type SystemInfo = GetSystemInfoResponse

export interface NewAccount {
  readonly username: string
  /** Empty: the username. */
  readonly displayName: string
  /** Empty: none. */
  readonly email: string
  readonly password: string
}

/** Calls reject with an Error whose message is the Hub's sentence; empty when it said none worth reading. */
export interface Door {
  /** Rejects with a SessionError. */
  whoIsThere(): Promise<SystemInfo>
  login(username: string, password: string): Promise<void>
  signUp(account: NewAccount): Promise<void>
}

export function openDoor(origin: string): Door {
  const transport = createHubTransport(origin)
  const system = createClient(SystemService, transport)
  const auth = createClient(AuthService, transport)
  return {
    async whoIsThere() {
      try {
        return await system.getSystemInfo({})
      } catch (error) {
        throw new SessionError(isUnreachable(error) ? 'unreachable' : 'failed', sentenceOf(error), { cause: error })
      }
    },
    login: (username, password) => worded(() => auth.login({ username, password })),
    signUp: account => worded(() => auth.signUp(account)),
  }
}

/** Trouble of the Hub's own is not worth showing; what it says about the input is. */
async function worded(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    const isInternal = ConnectError.from(error).code === Code.Internal
    throw new Error(isInternal ? '' : sentenceOf(error), { cause: error })
  }
}
