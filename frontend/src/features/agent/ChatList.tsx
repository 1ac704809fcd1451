// The conversation: a virtualized list that follows its end, keeps the line being read, and loads pages at both ends.
import { createEffect, createMemo, createSignal, For, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js'
import { createVirtualList, type ListPosition } from '../../lib/virtual-list'
import { Button, IconButton, Spinner } from '../../ui'
import { ArrowDownIcon } from '../../ui/icons'
import { useAgent } from './agent-context'
import styles from './ChatList.module.css'
import { ChatRow } from './ChatRow'
import { estimateRow } from './estimate'
import { OutboxRow } from './rows/OutboxRow'
import { SelectionPopup } from './SelectionPopup'
import { createSelectedRows } from './selected-rows'
import { strings } from './strings'
import { WorkingIndicator } from './WorkingIndicator'

/** Pages are asked for when less than this is left to scroll. */
const LOAD_AHEAD = 800
/** Room for the line that says that more is being loaded, and below the last row. */
const PADDING_START = 36
const PADDING_END = 20
const TAIL = 'tail'
const OUTGOING = 'outgoing:'

export interface ChatListProps {
  readonly visible: boolean
  /** Where the reader was when the list was last shown; kept by the pane. */
  readonly position: ListPosition | undefined
  readonly onLeave: (position: ListPosition) => void
}

export function ChatList(props: ChatListProps) {
  const { store } = useAgent()
  const [scroller, setScroller] = createSignal<HTMLDivElement>()
  const [hasFailed, setFailed] = createSignal(false)
  const rowOf = createMemo(() => new Map(store.rows().map(row => [row.key, row])))
  const keys = createMemo<readonly string[]>(
    () => [...rowOf().keys(), ...store.outbox().map(entry => OUTGOING + entry.clientId), TAIL],
    [],
    { equals: (before, after) => before.length === after.length && before.every((key, index) => key === after[index]) },
  )
  const outgoing = (key: string) => store.outbox().find(entry => OUTGOING + entry.clientId === key)

  const list = createVirtualList({
    keys,
    scroller,
    estimate: key => (key === TAIL ? 1 : estimateRow(store.item(rowOf().get(key)?.ids[0] ?? ''))),
    overscan: 6,
    paddingStart: PADDING_START,
    paddingEnd: PADDING_END,
    initial: props.position,
    held: createSelectedRows(scroller),
    onMoved,
  })

  function onMoved(): void {
    if (!props.visible || hasFailed()) return
    const distance = list.distance()
    if (store.ends().hasEarlier && distance.start < LOAD_AHEAD) load(store.loadEarlier())
    else if (store.ends().hasLater && distance.end < LOAD_AHEAD) load(store.loadLater())
  }
  const load = (page: Promise<void>) => void page.catch(() => setFailed(true))
  function retryLoad(): void {
    setFailed(false)
    onMoved()
  }
  async function toBottom(): Promise<void> {
    await store.loadLatest().catch(() => setFailed(true))
    list.scrollToEnd()
  }
  const isAway = () => !list.pinned() || store.ends().hasLater

  createEffect(() => store.setFollowing(list.pinned() && !store.ends().hasLater))
  // What the reader just wrote must be seen.
  createEffect(
    on(
      () => store.outbox().length,
      (count, before) => count > (before ?? 0) && void toBottom(),
      { defer: true },
    ),
  )
  onCleanup(() => props.onLeave(list.position()))

  function onKey(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return
    const page = (scroller()?.clientHeight ?? 0) * 0.9
    const moves: Record<string, number> = { PageUp: -page, PageDown: page, ArrowUp: -40, ArrowDown: 40 }
    const pixels = moves[event.key]
    if (pixels !== undefined) list.scrollBy(pixels)
    else if (event.key === 'End') void toBottom()
    else if (event.key === 'Home') list.scrollBy(-Number.MAX_SAFE_INTEGER)
    else return
    event.preventDefault()
  }

  return (
    <div class={styles.chat}>
      <div
        class={styles.scroller}
        ref={setScroller}
        role="log"
        aria-live="off"
        aria-label={strings.transcript}
        tabindex="0"
        onKeyDown={onKey}
      >
        <div class={styles.sizer} style={{ height: `${list.totalSize()}px` }}>
          <Show when={store.ends().hasEarlier}>
            <div class={styles.loading}>
              <Show
                when={hasFailed()}
                fallback={
                  <>
                    <Spinner size={12} label="" /> {strings.loadingEarlier}
                  </>
                }
              >
                {strings.loadFailed}{' '}
                <Button size="xs" onClick={retryLoad}>
                  {strings.retry}
                </Button>
              </Show>
            </div>
          </Show>
          <For each={list.visible()}>
            {key => (
              <ListRow list={list} rowKey={key}>
                <Switch>
                  <Match when={key === TAIL}>
                    <Show when={store.isBusy()}>
                      <WorkingIndicator />
                    </Show>
                  </Match>
                  <Match when={outgoing(key)}>{entry => <OutboxRow entry={entry()} />}</Match>
                  <Match when={rowOf().get(key)}>{row => <ChatRow row={row()} />}</Match>
                </Switch>
              </ListRow>
            )}
          </For>
        </div>
      </div>
      <Show when={store.loading() === 'later' || store.loading() === 'latest'}>
        <div class={styles.loadingLater}>
          <Spinner size={12} label="" /> {strings.loadingLater}
        </div>
      </Show>
      <Show when={isAway()}>
        <div class={styles.jump}>
          <IconButton size="md" icon={ArrowDownIcon} label={strings.toBottom} onClick={() => void toBottom()} />
        </div>
      </Show>
      <SelectionPopup container={scroller()} />
    </div>
  )
}

function ListRow(props: {
  readonly list: ReturnType<typeof createVirtualList>
  readonly rowKey: string
  readonly children: import('solid-js').JSX.Element
}) {
  let element: HTMLDivElement | undefined
  onMount(() => element && props.list.measure(element))
  return (
    <div
      class={styles.row}
      ref={element}
      data-index={props.list.index(props.rowKey)}
      data-key={props.rowKey}
      style={{ transform: `translateY(${props.list.start(props.rowKey)}px)` }}
    >
      {props.children}
    </div>
  )
}
