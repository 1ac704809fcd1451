// Pinned Worker keys of this browser (channel.md 5): localStorage `leapmux:key-pins`. Every change reads what is kept first,
// because other windows write it too. What cannot be read is an error, never an empty book.
import type { Fingerprint } from '../core/fingerprint'
import type { Core } from '../core/wasm'

type Bundle = Core['WorkerBundle']['prototype']
type Book = Core['PinBook']['prototype']

export const PINS_KEY = 'leapmux:key-pins'
const YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** A question only a person can answer, before any handshake. */
export interface KeyQuestion {
  readonly workerId: string
  /** `mismatch`: another key than the pinned one. `downgrade`: weaker encryption than ever before. */
  readonly kind: 'mismatch' | 'downgrade'
  /** Fingerprints, four words each; the same two for a downgrade. */
  readonly expected: string
  readonly actual: string
  readonly sentence: string
}

/** A bundle that may be used. */
export interface TrustedBundle {
  readonly bundle: Bundle
  readonly suite: number
  /** Call after AUTH_OK: only then is a pin written or raised. */
  confirm(): Promise<void>
}

/** A bundle that may not be used. */
export class PinError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'PinError'
  }
}

export interface PinsOptions {
  readonly core: Core
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  readonly fingerprint: Fingerprint
  /** Milliseconds since 1970. */
  wallClock(): number
  /** The Worker runs in the Hub's own process: its first pin is trusted as `local`. */
  isLocal(workerId: string): boolean | Promise<boolean>
  /** Answers whether the person accepts. */
  ask(question: KeyQuestion): Promise<boolean>
}

export interface Pins {
  /** Verifies a bundle and weighs it against the pin. Throws PinError. */
  trust(workerId: string, bytes: Uint8Array): Promise<TrustedBundle>
  /**
   * Pins a Worker that has just registered when its bundle is the one `proves` knows (channel.md 5.4); answers whether it is.
   * Whatever was pinned for it before came from the Hub alone and gives way. Throws PinError, and `bad_bundle`.
   */
  register(workerId: string, bytes: Uint8Array, proves: (bundle: Bundle) => boolean): Promise<boolean>
}

/** What the storage keeps: the book and when this entry may be swept. */
interface Envelope {
  readonly v: unknown
  readonly e: number
}

export function createPins(options: PinsOptions): Pins {
  const { core, storage, fingerprint } = options
  const seconds = (): number => Math.floor(options.wallClock() / 1000)

  function load(): Book {
    const text = storage.getItem(PINS_KEY)
    if (text === null) return new core.PinBook()
    try {
      const { v } = JSON.parse(text) as Envelope
      if (v === undefined) throw new Error('the entry is empty')
      return new core.PinBook(JSON.stringify(v))
    } catch (error) {
      const detail = error instanceof Error ? `: ${error.message}` : ''
      throw new PinError('pins_unreadable', `The pinned keys of your Workers cannot be read${detail}`)
    }
  }

  function read<T>(use: (book: Book) => T): T {
    const book = load()
    try {
      return use(book)
    } finally {
      book.free()
    }
  }

  function change(use: (book: Book) => void): void {
    read(book => {
      use(book)
      const entry: Envelope = { v: JSON.parse(book.toJson()), e: options.wallClock() + YEAR_MS }
      storage.setItem(PINS_KEY, JSON.stringify(entry))
    })
  }

  function decide(workerId: string, bundle: Bundle): { kind: string; suite: number; sentence: string } {
    return read(book => {
      const answer = book.decide(workerId, bundle, seconds())
      const { kind, suite, sentence } = answer
      answer.free()
      return { kind, suite, sentence }
    })
  }

  async function question(workerId: string, bundle: Bundle, kind: KeyQuestion['kind'], sentence: string): Promise<void> {
    const actual = await fingerprint(bundle.identity())
    const expected = read(book => book.fingerprint(workerId)) ?? ''
    if (!(await options.ask({ workerId, kind, expected, actual, sentence }))) {
      throw new PinError(kind, kind === 'mismatch' ? 'The Worker’s key changed and was not accepted.' : sentence)
    }
  }

  async function trust(workerId: string, bytes: Uint8Array): Promise<TrustedBundle> {
    const bundle = read(book => book.openBundle(workerId, bytes))
    const { kind, suite, sentence } = decide(workerId, bundle)
    if (kind === 'mismatch') {
      await question(workerId, bundle, kind, sentence)
      const words = await fingerprint(bundle.identity())
      // Accepting the key is what the person decided; the channel may still fail.
      change(book => book.pin(workerId, bundle, suite, 'manual', words, seconds()))
    } else if (kind === 'downgrade') {
      await question(workerId, bundle, kind, sentence)
      change(book => book.acceptDowngrade(workerId, suite))
    } else if (kind !== 'first_contact' && kind !== 'pinned') {
      throw new PinError(kind, sentence)
    }
    return { bundle, suite, confirm: () => confirm(workerId, bundle, suite) }
  }

  async function confirm(workerId: string, bundle: Bundle, suite: number): Promise<void> {
    if (read(book => book.fingerprint(workerId)) !== undefined) {
      change(book => book.raise(workerId, bundle, suite, seconds()))
      return
    }
    const [words, isLocal] = await Promise.all([fingerprint(bundle.identity()), options.isLocal(workerId)])
    const trust = isLocal ? 'local' : 'tofu'
    change(book => {
      if (book.fingerprint(workerId) === undefined) book.pin(workerId, bundle, suite, trust, words, seconds())
    })
  }

  async function register(workerId: string, bytes: Uint8Array, proves: (bundle: Bundle) => boolean): Promise<boolean> {
    const bundle = core.WorkerBundle.verify(bytes)
    try {
      if (!proves(bundle)) return false
      const { kind, suite, sentence } = decide(workerId, bundle)
      if (kind === 'expired' || kind === 'no_known_suite') throw new PinError(kind, sentence)
      const words = await fingerprint(bundle.identity())
      change(book => book.pin(workerId, bundle, suite, 'registration', words, seconds()))
      return true
    } finally {
      bundle.free()
    }
  }

  return { trust, register }
}
