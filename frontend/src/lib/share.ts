// Structural sharing: what did not change keeps its identity, so that views keyed by object are not drawn again.

type Plain = Record<string, unknown>

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function idOf(value: unknown): unknown {
  return isPlain(value) ? value['id'] : undefined
}

/** `next`, with every part that equals the matching part of `previous` replaced by it. List members match by `id`, others by place. */
export function share<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next
  if (Array.isArray(next)) return shareList(Array.isArray(previous) ? previous : [], next) as T
  if (isPlain(next)) return sharePlain(isPlain(previous) ? previous : {}, next) as T
  return next
}

function shareList(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const byId = new Map(previous.filter(member => idOf(member) !== undefined).map(member => [idOf(member), member]))
  const shared = next.map((member, index) => {
    const id = idOf(member)
    return share(id === undefined ? previous[index] : byId.get(id), member)
  })
  const same = previous.length === shared.length && shared.every((member, index) => Object.is(member, previous[index]))
  return same ? previous : shared
}

function sharePlain(previous: Plain, next: Plain): Plain {
  const keys = Object.keys(next)
  const shared = Object.fromEntries(keys.map(key => [key, share(previous[key], next[key])]))
  const same =
    Object.keys(previous).length === keys.length && keys.every(key => key in previous && Object.is(shared[key], previous[key]))
  return same ? previous : shared
}
