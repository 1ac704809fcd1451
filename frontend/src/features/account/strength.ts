// How hard a password is to guess, roughly. Advice only: the rule is the length (spec SET-55, ACC-79).

export const STRENGTHS = ['Weak', 'Fair', 'Good', 'Strong'] as const
export type Strength = (typeof STRENGTHS)[number]

/** Bits from which it is Fair, Good, Strong. */
const THRESHOLDS = [30, 50, 70] as const
/** A character that follows from the one before ("aa", "ab", "21") adds this much of one. */
const PREDICTABLE = 0.25
const CLASSES: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[ -/:-@[-`{-~]/, 33],
  [/[^ -~]/, 100],
]

export function passwordStrength(password: string): Strength {
  const points = [...password].map(char => char.codePointAt(0) ?? 0)
  if (points.length < 8) return 'Weak'
  const length = points.reduce((sum, point, at) => {
    const step = at === 0 ? Number.NaN : Math.abs(point - (points[at - 1] ?? 0))
    return sum + (step <= 1 ? PREDICTABLE : 1)
  }, 0)
  const alphabet = CLASSES.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 0)
  const varied = Math.min(length, 2 * new Set(points).size)
  const bits = varied * Math.log2(Math.max(alphabet, 2))
  const level = THRESHOLDS.filter(threshold => bits >= threshold).length
  const isPlain = /^\p{L}+$/u.test(password) || /^\p{N}+$/u.test(password)
  return STRENGTHS[isPlain ? Math.min(level, 1) : level] ?? 'Weak'
}
