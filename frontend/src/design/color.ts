// Colour arithmetic: sRGB hex, OKLCH with reduction of chroma into sRGB, WCAG contrast, alpha over a background.

/** Linear or gamma-encoded channels, 0…1. */
type Rgb = readonly [number, number, number]

const toLinear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
const toGamma = (c: number): number => (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055)

/** `#rrggbb` to gamma-encoded channels. */
export function parseHex(hex: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex)
  if (!match) throw new Error(`not a colour: ${hex}`)
  return [1, 2, 3].map(group => Number.parseInt(match[group] ?? '0', 16) / 255) as unknown as Rgb
}

export function toHex(rgb: Rgb): string {
  const byte = (c: number): string =>
    Math.round(Math.min(1, Math.max(0, c)) * 255)
      .toString(16)
      .padStart(2, '0')
  return `#${rgb.map(byte).join('')}`
}

function linearFromOklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** The colour at this lightness and hue with as much of `chroma` as sRGB holds. */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const fits = (c: number): boolean => linearFromOklch(lightness, c, hue).every(x => x >= -0.0001 && x <= 1.0001)
  let low = 0
  let high = chroma
  if (!fits(high)) {
    for (let step = 0; step < 24; step++) {
      const middle = (low + high) / 2
      if (fits(middle)) low = middle
      else high = middle
    }
    high = low
  }
  return toHex(linearFromOklch(lightness, high, hue).map(toGamma) as unknown as Rgb)
}

/** WCAG relative luminance. */
export function luminance(hex: string): number {
  const [r, g, b] = parseHex(hex).map(toLinear) as unknown as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** WCAG contrast ratio, 1…21. */
export function contrast(first: string, second: string): number {
  const [high, low] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** `color` at `alpha` painted over an opaque background. */
export function over(color: string, alpha: number, background: string): string {
  const top = parseHex(color)
  const bottom = parseHex(background)
  return toHex(top.map((c, index) => c * alpha + (bottom[index] ?? 0) * (1 - alpha)) as unknown as Rgb)
}
