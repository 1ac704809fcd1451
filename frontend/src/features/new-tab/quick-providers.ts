// Which providers get a button of their own in a tab bar (spec LAY-30). Pure.

/**
 * The most recently used of the usable ones, filled up in their order. One that had a button keeps its place.
 */
export function quickProviders(
  usable: readonly string[],
  recent: readonly string[],
  slots: number,
  previous: readonly string[],
): readonly string[] {
  const ranked = [...recent.filter(id => usable.includes(id)), ...usable.filter(id => !recent.includes(id))].slice(0, slots)
  const kept = previous.slice(0, slots).map(id => (ranked.includes(id) ? id : undefined))
  const added = ranked.filter(id => !kept.includes(id))
  return Array.from({ length: ranked.length }, (_, slot) => kept[slot] ?? added.shift()).filter(id => id !== undefined)
}
