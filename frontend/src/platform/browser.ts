// What the browser tells: media queries and window size as signals.
import { type Accessor, createSignal, onCleanup } from 'solid-js'

/** Under an owner. */
export function createMediaQuery(query: string): Accessor<boolean> {
  const media = matchMedia(query)
  const [matches, setMatches] = createSignal(media.matches)
  const onChange = (): void => void setMatches(media.matches)
  media.addEventListener('change', onChange)
  onCleanup(() => media.removeEventListener('change', onChange))
  return matches
}

/** Width of the layout viewport in CSS pixels. Under an owner. */
export function createViewportWidth(): Accessor<number> {
  const [width, setWidth] = createSignal(document.documentElement.clientWidth)
  const onResize = (): void => void setWidth(document.documentElement.clientWidth)
  window.addEventListener('resize', onResize)
  onCleanup(() => window.removeEventListener('resize', onResize))
  return width
}

/** The wall clock, every `everyMs` while it is read. Under an owner. */
export function createNow(everyMs: number): Accessor<number> {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), everyMs)
  onCleanup(() => clearInterval(timer))
  return now
}

/** Does something that can wait when the browser has nothing else to do. */
export function whenIdle(work: () => void): void {
  // Safari does not know it.
  if ('requestIdleCallback' in window) window.requestIdleCallback(work, { timeout: 5000 })
  else setTimeout(work, 2000)
}

/** The store, or one that lives as long as the page where the browser forbids it. */
export function browserStore(read: () => Storage, fallback: () => Storage): Storage {
  try {
    const store = read()
    store.getItem('leapmux:probe')
    return store
  } catch {
    return fallback()
  }
}
