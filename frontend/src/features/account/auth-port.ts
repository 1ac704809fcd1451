// What the pages outside need of the rest: letting somebody in, and where that leads.
import type { NewAccount } from '../../app/door'

/** Everything rejects with an Error for people; its message is empty when there is nothing better than "it failed" to say. */
export interface AuthPort {
  /** Signs in and leads on; resolves when the application is drawn or says itself why it is not. */
  login(username: string, password: string): Promise<void>
  /** Makes the account, signed in, and leads on. */
  signUp(account: NewAccount): Promise<void>
}
