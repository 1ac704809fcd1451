// How calls reach the Hub, and what their failures say to people.
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'

/** `baseUrl`: the Hub's origin; the page's own in a browser. `onUnauthenticated`: a call was refused for want of a session. */
export function createHubTransport(baseUrl: string, onUnauthenticated?: () => void): Transport {
  const notice: Interceptor = next => async request => {
    try {
      return await next(request)
    } catch (error) {
      if (ConnectError.from(error).code === Code.Unauthenticated) onUnauthenticated?.()
      throw error
    }
  }
  return createConnectTransport({ baseUrl, useBinaryFormat: true, useHttpGet: true, interceptors: [notice] })
}

const UNREACHABLE = 'The Hub cannot be reached.'

/** Nobody answered, or something between here and the Hub did. */
export function isUnreachable(error: unknown): boolean {
  const { code } = ConnectError.from(error)
  return code === Code.Unavailable || code === Code.Unknown || code === Code.DeadlineExceeded
}

/** What the Hub said, as a sentence for people. */
export function sentenceOf(error: unknown): string {
  const { rawMessage } = ConnectError.from(error)
  return isUnreachable(error) || rawMessage === '' ? UNREACHABLE : rawMessage
}

/** Runs a call; its failure becomes an Error whose message is the Hub's sentence. */
export async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new Error(sentenceOf(error), { cause: error })
  }
}
