// Directories of one Worker, listed when they are opened.
import { type Accessor, createEffect, createSignal, on } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { EntryKind } from '../../gen/leapmux/worker/v1/file_pb'
import type { WorkerClients } from '../../rpc/ports'
import type { TreeNode } from '../../ui/tree-model'
import { listDirectory } from '../worker/worker-api'
import { ancestorsOf, joinPath } from './directory-model'

export interface Listing {
  readonly state: 'loading' | 'ready' | 'failed'
  /** Names of directories, sorted by the Worker. */
  readonly names: readonly string[]
  readonly truncated: boolean
  readonly error?: string | undefined
}

export interface DirectoryNode extends TreeNode {
  readonly children?: readonly DirectoryNode[] | undefined
  readonly state: Listing['state'] | 'unknown'
}

export interface DirectoryStore {
  /** Absolute path of the Worker's home; undefined until it answered. */
  readonly home: Accessor<string | undefined>
  readonly error: Accessor<string | undefined>
  readonly nodes: Accessor<readonly DirectoryNode[]>
  isExpanded(path: string): boolean
  toggle(path: string): void
  /** Opens the way to a path that lies in the tree. */
  reveal(path: string): void
  refresh(): void
  /** The absolute path of what the user typed, or the Worker's reason why there is none. */
  resolve(path: string): Promise<{ readonly path: string } | { readonly problem: string }>
}

/** Under an owner; starts again when Worker or `showHidden` change. */
export function createDirectoryStore(
  workers: WorkerClients,
  workerId: Accessor<string | undefined>,
  showHidden: Accessor<boolean>,
): DirectoryStore {
  const [listings, setListings] = createStore<Record<string, Listing>>({})
  const [expanded, setExpanded] = createSignal<ReadonlySet<string>>(new Set())
  const [home, setHome] = createSignal<string>()
  const [error, setError] = createSignal<string>()
  let generation = 0

  async function ask(path: string) {
    const worker = workerId()
    if (worker === undefined) throw new Error('No workers online.')
    return workers.get(worker).call(listDirectory, { path, showHidden: showHidden(), directoriesOnly: true })
  }
  async function load(path: string): Promise<void> {
    const own = generation
    const known = listings[path]
    setListings(path, { names: known?.names ?? [], truncated: known?.truncated ?? false, state: 'loading', error: undefined })
    try {
      const answer = await ask(path)
      if (own !== generation) return
      const names = answer.entries
        .filter(entry => entry.kind === EntryKind.DIRECTORY || entry.toDirectory)
        .map(entry => entry.name)
      setListings(path, { state: 'ready', names, truncated: answer.truncated, error: undefined })
    } catch (cause) {
      if (own === generation) setListings(path, { state: 'failed', names: [], truncated: false, error: messageOf(cause) })
    }
  }
  async function loadHome(): Promise<void> {
    const own = ++generation
    setListings(reconcile({}))
    setError(undefined)
    if (workerId() === undefined) return
    try {
      const answer = await ask('~')
      if (own !== generation) return
      const isNew = home() !== answer.path
      const open = isNew ? new Set([answer.path]) : new Set([...expanded(), answer.path])
      setExpanded(open)
      // Last: whoever follows the home directory may open more.
      setHome(answer.path)
      await Promise.all([...open].map(load))
    } catch (cause) {
      if (own === generation) setError(messageOf(cause))
    }
  }

  createEffect(on([workerId], () => setHome(undefined)))
  createEffect(on([workerId, showHidden], () => void loadHome()))

  function node(path: string, label: string): DirectoryNode {
    const listing = listings[path]
    const isOpen = expanded().has(path)
    const children = isOpen ? (listing?.names ?? []).map(name => node(joinPath(path, name), name)) : []
    return { id: path, label, children, state: listing?.state ?? 'unknown' }
  }
  function open(path: string): void {
    setExpanded(paths => new Set([...paths, path]))
    if (!listings[path] || listings[path].state === 'failed') void load(path)
  }
  /** The file system's root, on systems that have one. */
  const root = (): string | undefined => (home()?.startsWith('/') ? '/' : undefined)

  return {
    home,
    error,
    nodes: () => {
      const start = home()
      const top = root()
      return [...(start === undefined ? [] : [node(start, '~')]), ...(top === undefined || top === start ? [] : [node(top, top)])]
    },
    isExpanded: path => expanded().has(path),
    toggle(path) {
      if (expanded().has(path)) setExpanded(paths => new Set([...paths].filter(each => each !== path)))
      else open(path)
    },
    reveal(path) {
      for (const start of [home(), root()]) {
        const way = start === undefined ? undefined : ancestorsOf(start, path)
        if (!way) continue
        for (const directory of way) open(directory)
        return
      }
    },
    refresh: () => void loadHome(),
    async resolve(path) {
      try {
        return { path: (await ask(path)).path }
      } catch (cause) {
        return { problem: messageOf(cause) }
      }
    },
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
