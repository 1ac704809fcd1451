// Paths of the directory tree. The Worker may run on another system than the browser, so both separators are known. Pure.

export const separatorOf = (path: string): '/' | '\\' => (/^[A-Za-z]:\\|^\\\\/.test(path) ? '\\' : '/')

export function joinPath(directory: string, name: string): string {
  const separator = separatorOf(directory)
  return directory.endsWith(separator) ? directory + name : directory + separator + name
}

export function baseName(path: string): string {
  const parts = path.split(separatorOf(path)).filter(part => part !== '')
  return parts.at(-1) ?? path
}

/** Directories from `root` down to the parent of `path`; undefined when `path` does not lie in `root`. */
export function ancestorsOf(root: string, path: string): readonly string[] | undefined {
  if (path === root) return []
  const separator = separatorOf(root)
  const prefix = root.endsWith(separator) ? root : root + separator
  if (!path.startsWith(prefix)) return undefined
  const names = path
    .slice(prefix.length)
    .split(separator)
    .filter(name => name !== '')
  const directories = [root]
  for (const name of names.slice(0, -1)) directories.push(joinPath(directories.at(-1) ?? root, name))
  return directories
}
