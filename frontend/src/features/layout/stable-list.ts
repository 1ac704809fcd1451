// Lists whose elements must not move in the document: a moved node loses its scroll position and reloads its frames.

/** The ids of `next`; those known keep their order, new ones come last. Answers `previous` itself when nothing changed. */
export function stableOrder(previous: readonly string[], next: readonly string[]): readonly string[] {
  const wanted = new Set(next)
  const known = new Set(previous)
  const kept = previous.filter(id => wanted.has(id))
  const added = next.filter(id => !known.has(id))
  return added.length === 0 && kept.length === previous.length ? previous : [...kept, ...added]
}

/** Tab contents that stay in the document, in the order they were first shown, with the time each was last visible. */
export type Mounted = readonly { readonly id: string; readonly seenAt: number }[]

/** This many hidden panes stay mounted; beyond that the one not seen for longest goes. */
export const MAX_HIDDEN_PANES = 20

/** A pane is mounted when it is first visible; it goes when its tab is gone or too many hidden ones were seen later. */
export function nextMounted(
  previous: Mounted,
  visible: ReadonlySet<string>,
  existing: ReadonlySet<string>,
  now: number,
): Mounted {
  const known = new Set(previous.map(pane => pane.id))
  const all = [
    ...previous.filter(pane => existing.has(pane.id)).map(pane => (visible.has(pane.id) ? { ...pane, seenAt: now } : pane)),
    ...[...visible].filter(id => existing.has(id) && !known.has(id)).map(id => ({ id, seenAt: now })),
  ]
  const hidden = all.filter(pane => !visible.has(pane.id)).sort((a, b) => b.seenAt - a.seenAt)
  const dropped = new Set(hidden.slice(MAX_HIDDEN_PANES).map(pane => pane.id))
  return all.filter(pane => !dropped.has(pane.id))
}
