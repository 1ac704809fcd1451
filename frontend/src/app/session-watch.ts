// Notices that the session this page came in with is over, wherever it was ended. A refusal alone proves nothing: the Hub is asked
// who is there before anybody is sent away.

export interface SessionWatchOptions {
  readonly userId: string
  /** The user the Hub sees; undefined for nobody. Rejects when it cannot be asked. */
  whoIsThere(): Promise<string | undefined>
  /** Once. `isReplaced`: somebody else is signed in in this browser now. */
  onEnded(isReplaced: boolean): void
}

export interface SessionWatch {
  /** Something hints at the end: a refused call, a lost stream. */
  check(): void
  /** The user is leaving: what ends now ends by their own will. The returned function takes it back. */
  pause(): () => void
}

export function createSessionWatch(options: SessionWatchOptions): SessionWatch {
  let isBusy = false
  let isPaused = false
  return {
    pause() {
      isPaused = true
      return () => {
        isPaused = false
      }
    },
    check() {
      if (isBusy || isPaused) return
      isBusy = true
      options.whoIsThere().then(
        userId => {
          // It stays busy once it is over: there is nothing left to ask.
          if (userId === options.userId || isPaused) isBusy = false
          else options.onEnded(userId !== undefined)
        },
        () => {
          isBusy = false
        },
      )
    },
  }
}
