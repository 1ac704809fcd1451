// Lists of font names (spec SET-33, SET-34). Pure.

const MAX_NAME = 128

/** The name without what CSS would trip over; undefined when nothing is left. */
export function cleanFontName(text: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  const name = text.replaceAll(/[\u0000-\u001f\u007f"\\$%]/g, '').trim()
  return name === '' || [...name].length > MAX_NAME ? undefined : name
}

/** Adds a cleaned name at the end; duplicates and empty names change nothing. */
export function addFont(fonts: readonly string[], text: string): readonly string[] {
  const name = cleanFontName(text)
  return name === undefined || fonts.some(font => font.toLowerCase() === name.toLowerCase()) ? fonts : [...fonts, name]
}

export function moveFont(fonts: readonly string[], index: number, by: -1 | 1): readonly string[] {
  const [font, other] = [fonts[index], fonts[index + by]]
  if (font === undefined || other === undefined) return fonts
  return fonts.map((name, at) => (at === index ? other : at === index + by ? font : name))
}
