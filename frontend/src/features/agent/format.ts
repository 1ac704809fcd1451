// Numbers, times and paths as the chat writes them. Pure.

/** `0.4s`, `2.1s`, `45s`, `3m 12s`, `1h 4m`. */
export function formatDuration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${seconds % 60}s`
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`
}

/** AGT-58: `12s`, `5m`, `3h`, `2d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** `812`, `1.2k`, `48k`, `1.3M`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(count)
  if (count < 10_000) return `${(count / 1000).toFixed(1)}k`
  if (count < 1_000_000) return `${Math.round(count / 1000)}k`
  return `${(count / 1_000_000).toFixed(1)}M`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** AGT-57: relative to the working directory, else with `~` for the home directory. */
export function shortPath(path: string, workingDir: string, homeDir: string): string {
  const inside = relativeTo(path, workingDir)
  if (inside !== undefined) return inside === '' ? '.' : inside
  const atHome = relativeTo(path, homeDir)
  return atHome === undefined ? path : atHome === '' ? '~' : `~/${atHome}`
}

function relativeTo(path: string, directory: string): string | undefined {
  const base = directory.replace(/[\\/]+$/, '')
  if (base === '') return undefined
  if (path === base) return ''
  const next = path.charAt(base.length)
  return path.startsWith(base) && (next === '/' || next === '\\') ? path.slice(base.length + 1) : undefined
}
