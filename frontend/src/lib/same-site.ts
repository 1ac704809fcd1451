// Where to go after signing in: a path of this site or nothing (spec ACC-52). An address is never believed to be one of ours.

/** Pages for people who have not signed in. */
const OUTSIDE: ReadonlySet<string> = new Set(['/login', '/signup', '/setup'])

export function isOutside(pathname: string): boolean {
  return OUTSIDE.has(pathname.replace(/\/+$/, ''))
}

/** `text` when it is a path of this site that leads into the application, else `/`. */
export function sameSitePath(text: string | null | undefined): string {
  if (!text || !/^\/(?![/\\])/.test(text)) return '/'
  try {
    // Browsers drop tabs and line breaks from addresses: `/\t/evil.example` is another site.
    const base = 'https://same.invalid'
    const url = new URL(text, base)
    return url.origin === base && !isOutside(url.pathname) ? url.pathname + url.search + url.hash : '/'
  } catch {
    return '/'
  }
}

/** The address of the login that leads back to `path`. */
export function loginPath(path: string): string {
  const back = sameSitePath(path)
  return back === '/' ? '/login' : `/login?redirect=${encodeURIComponent(back)}`
}
