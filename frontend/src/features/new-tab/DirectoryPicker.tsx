// Chooses a directory of a Worker: a path to type and a tree to click.
import { createEffect, createSignal, on, Show } from 'solid-js'
import { useServices } from '../../app/services'
import { ErrorPanel, Field, IconButton, Skeleton, Spinner, Tree } from '../../ui'
import { EyeIcon, EyeOffIcon, FolderIcon, FolderOpenIcon, RefreshIcon } from '../../ui/icons'
import styles from './DirectoryPicker.module.css'
import { createDirectoryStore } from './directory-store'

const SKELETON = ['40%', '55%', '35%', '60%']

export function DirectoryPicker(props: {
  readonly workerId: string | undefined
  /** The path as it stands in the field, typed or clicked; empty while nothing is chosen. */
  readonly value: string
  readonly onChange: (path: string) => void
}) {
  const { workers, preferences, session } = useServices()
  const directories = createDirectoryStore(workers, () => props.workerId, preferences.dialogShowHidden)
  /** Typed since the Worker last confirmed the path. What is typed counts all the same: nobody waits for the tree. */
  const [isTyped, setTyped] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()

  let field: HTMLInputElement | undefined

  // The home directory is the first choice; another Worker has other directories. It does not come between somebody's keystrokes.
  createEffect(
    on(directories.home, home => {
      if (home !== undefined && props.value === '' && document.activeElement !== field) props.onChange(home)
    }),
  )
  createEffect(
    on([() => props.value, directories.home, isTyped], ([path, home, typed]) => {
      if (path !== '' && home !== undefined && !typed) directories.reveal(path)
    }),
  )

  async function commit(): Promise<void> {
    const typed = props.value.trim()
    if (typed === '') return take(directories.home() ?? '')
    if (!isTyped()) return
    const answer = await directories.resolve(typed)
    if (!isTyped() || props.value.trim() !== typed) return
    if ('problem' in answer) setProblem(answer.problem)
    else take(answer.path)
  }
  function take(path: string): void {
    setProblem(undefined)
    setTyped(false)
    props.onChange(path)
  }

  return (
    <div class={styles.picker}>
      <Field
        label="Working Directory"
        error={problem()}
        actions={
          <span class={styles.actions}>
            <IconButton
              icon={preferences.dialogShowHidden() ? EyeIcon : EyeOffIcon}
              label={preferences.dialogShowHidden() ? 'Hide hidden directories' : 'Show hidden directories'}
              size="xs"
              aria-pressed={preferences.dialogShowHidden()}
              onClick={() => preferences.set({ dialogShowHidden: !preferences.dialogShowHidden() })}
            />
            <IconButton icon={RefreshIcon} label="Refresh directory tree" size="xs" onClick={() => directories.refresh()} />
          </span>
        }
      >
        {control => (
          <input
            {...control}
            class={styles.path}
            ref={element => {
              field = element
            }}
            placeholder="Enter path..."
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            disabled={props.workerId === undefined}
            value={props.value}
            onInput={event => {
              setTyped(true)
              setProblem(undefined)
              props.onChange(event.currentTarget.value)
            }}
            onBlur={() => void commit()}
            onKeyDown={event => {
              // Enter takes the path first; a second Enter submits the form.
              if (event.key !== 'Enter' || !isTyped()) return
              event.preventDefault()
              void commit()
            }}
          />
        )}
      </Field>
      <div class={styles.tree}>
        <Show
          when={props.workerId !== undefined}
          fallback={
            <Show when={session.workerList.workers() !== undefined} fallback={<Skeleton widths={SKELETON} />}>
              <p class={styles.note}>No workers online. Connect a worker to browse directories.</p>
            </Show>
          }
        >
          <Show
            when={!directories.error()}
            fallback={<ErrorPanel inline title="Failed to load directory" text={directories.error()} />}
          >
            <Show when={directories.home() !== undefined} fallback={<Skeleton widths={SKELETON} />}>
              <Tree
                label="Directories"
                nodes={directories.nodes()}
                isExpanded={directories.isExpanded}
                onToggle={directories.toggle}
                selected={props.value}
                onSelect={take}
                onActivate={directories.toggle}
                renderRow={(node, row) => (
                  <>
                    <Show when={row().isExpanded} fallback={<FolderIcon size={14} />}>
                      <FolderOpenIcon size={14} />
                    </Show>
                    <span class={styles.name}>{node().label}</span>
                    <Show when={node().state === 'loading'}>
                      <Spinner size={11} label="" />
                    </Show>
                    <Show when={row().isExpanded && node().state === 'ready' && node().children?.length === 0}>
                      <span class={styles.muted}>Empty</span>
                    </Show>
                    <Show when={row().isExpanded && node().state === 'failed'}>
                      <span class={styles.muted}>Cannot be opened</span>
                    </Show>
                  </>
                )}
              />
            </Show>
          </Show>
        </Show>
      </div>
    </div>
  )
}
