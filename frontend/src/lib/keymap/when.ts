// The `when` expressions of key bindings: `||`, `&&`, `!`, parentheses, `==`, `!=`, names, quoted strings, true, false.

export type ContextValue = string | boolean
/** A name nobody set is false. */
export type KeyContext = Readonly<Record<string, ContextValue>>
export type When = (context: KeyContext) => boolean

type Value = (context: KeyContext) => ContextValue

const TOKEN = /\s*(\|\||&&|==|!=|!|\(|\)|'[^']*'|"[^"]*"|[A-Za-z_][\w.]*)/y

function tokenize(text: string): string[] | undefined {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text)
    if (!match?.[1]) return undefined
    tokens.push(match[1])
  }
  return tokens
}

class Parser {
  #position = 0
  readonly #tokens: readonly string[]

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  whole(): Value {
    const value = this.#or()
    if (this.#position < this.#tokens.length) throw new SyntaxError('unexpected end of condition')
    return value
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#position] !== token) return false
    this.#position++
    return true
  }

  #or(): Value {
    let left = this.#and()
    while (this.#take('||')) {
      const [first, second] = [left, this.#and()]
      left = context => Boolean(first(context)) || Boolean(second(context))
    }
    return left
  }

  #and(): Value {
    let left = this.#equality()
    while (this.#take('&&')) {
      const [first, second] = [left, this.#equality()]
      left = context => Boolean(first(context)) && Boolean(second(context))
    }
    return left
  }

  #equality(): Value {
    const left = this.#unary()
    if (this.#take('==')) {
      const right = this.#unary()
      return context => left(context) === right(context)
    }
    if (this.#take('!=')) {
      const right = this.#unary()
      return context => left(context) !== right(context)
    }
    return left
  }

  #unary(): Value {
    if (this.#take('!')) {
      const value = this.#unary()
      return context => !value(context)
    }
    if (this.#take('(')) {
      const value = this.#or()
      if (!this.#take(')')) throw new SyntaxError('missing )')
      return value
    }
    return this.#atom()
  }

  #atom(): Value {
    const token = this.#tokens[this.#position++]
    if (token === undefined || /^(?:\|\||&&|==|!=|\))$/.test(token)) throw new SyntaxError('a name is missing')
    if (token === 'true' || token === 'false') return () => token === 'true'
    if (/^['"]/.test(token)) {
      const text = token.slice(1, -1)
      return () => text
    }
    return context => context[token] ?? false
  }
}

/** An empty condition always holds; a malformed one never does (spec KEY-7). */
export function parseWhen(text: string | undefined): When {
  if (text === undefined || text.trim() === '') return () => true
  const tokens = tokenize(text)
  if (!tokens) return () => false
  try {
    const value = new Parser(tokens).whole()
    return context => Boolean(value(context))
  } catch {
    return () => false
  }
}
