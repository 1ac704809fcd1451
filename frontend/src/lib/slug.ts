// The rule for usernames and names of organizations (spec ACC-20, ACC-21). Pure.

const SLUG_MAX = 32

/** What is wrong with it as `field`'s value; undefined when it may be used. */
export function slugProblem(field: string, text: string): string | undefined {
  const slug = text.trim().toLowerCase()
  if (slug === '') return `${field} must not be empty`
  if ([...slug].length > SLUG_MAX) return `${field} must be at most ${SLUG_MAX} characters`
  if (!/^[a-z0-9-]+$/.test(slug)) return `${field} must contain only letters, numbers, and hyphens`
  if (slug.startsWith('-')) return `${field} must not start with a hyphen`
  if (slug.endsWith('-')) return `${field} must not end with a hyphen`
  return slug.includes('--') ? `${field} must not contain consecutive hyphens` : undefined
}
