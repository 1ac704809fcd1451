// A change as lines: one column or two, folds of unchanged lines, colours and word marks.
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import { languageOfPath } from '../../lib/highlight/languages'
import { createSyntaxLines } from '../../lib/highlight/syntax-lines'
import { createOverflow } from '../markdown'
import styles from './Diff.module.css'
import { DiffLineCells } from './DiffLineCells'
import { FoldRow } from './FoldRow'
import { expandFold, foldDiff, type Opened, splitRows } from './folds'
import { buildDiff, type DiffLine, type DiffSource } from './model'
import { markSpans } from './spans'
import { strings } from './strings'

export type DiffLayout = 'unified' | 'split'

export function Diff(props: { readonly source: DiffSource; readonly layout: DiffLayout }) {
  let scroller: HTMLDivElement | undefined
  const diff = createMemo(() => buildDiff(props.source))
  const [opened, setOpened] = createSignal<Opened>(new Map())
  const entries = createMemo(() => foldDiff(diff(), opened()))
  const rows = createMemo(() => splitRows(diff().lines, entries()))
  const language = () => languageOfPath(props.source.path)
  const oldSyntax = createSyntaxLines({ text: () => diff().oldLines.join('\n'), language, isOpen: () => false })
  const newSyntax = createSyntaxLines({ text: () => diff().newLines.join('\n'), language, isOpen: () => false })
  const isOverflowing = createOverflow(() => scroller)

  /** What a line shows: coloured by the side it is on, cut at its marks. */
  function spans(line: DiffLine) {
    const colored = line.kind === 'del' ? oldSyntax()[line.oldIndex ?? -1] : newSyntax()[line.newIndex ?? -1]
    return markSpans(colored ?? (line.text === '' ? [] : [{ text: line.text, kind: undefined }]), line.marks)
  }
  const expand = (id: number, direction: 'up' | 'down') => setOpened(current => expandFold(current, id, direction))
  const line = (index: number | undefined) => (index === undefined ? undefined : diff().lines[index])

  return (
    <div
      class={styles.diff}
      ref={scroller}
      data-layout={props.layout}
      tabindex={isOverflowing() ? 0 : undefined}
      role="group"
      aria-label={strings.diff(props.source.path)}
    >
      <Show when={diff().lines.length > 0} fallback={<p class={styles.note}>{strings.empty}</p>}>
        <Switch>
          <Match when={props.layout === 'unified'}>
            <div class={styles.lines} data-numbers={String(lastNumber(diff().lines)).length}>
              <For each={entries()}>
                {entry => (
                  <Switch>
                    <Match when={entry.type === 'fold' && entry}>{fold => <FoldRow fold={fold()} onExpand={expand} />}</Match>
                    <Match when={entry.type === 'line' && line(entry.index)}>
                      {shown => (
                        <div class={styles.row} data-kind={shown().kind}>
                          <DiffLineCells line={shown()} spans={spans(shown())} numbers="both" />
                        </div>
                      )}
                    </Match>
                  </Switch>
                )}
              </For>
            </div>
          </Match>
          <Match when={props.layout === 'split'}>
            <div class={styles.columns}>
              <For each={rows()}>
                {row => (
                  <Switch>
                    <Match when={row.type === 'fold' && row}>{fold => <FoldRow fold={fold()} onExpand={expand} />}</Match>
                    <Match when={row.type === 'row' && row}>
                      {pair => (
                        <>
                          <SplitCell line={line(pair().left)} spans={spans} side="old" />
                          <SplitCell line={line(pair().right)} spans={spans} side="new" />
                        </>
                      )}
                    </Match>
                  </Switch>
                )}
              </For>
            </div>
          </Match>
        </Switch>
      </Show>
      <Show when={diff().isTruncated}>
        <p class={styles.note}>{strings.truncated}</p>
      </Show>
    </div>
  )
}

function SplitCell(props: {
  readonly line: DiffLine | undefined
  readonly side: 'old' | 'new'
  readonly spans: (line: DiffLine) => ReturnType<typeof markSpans>
}) {
  return (
    <div class={styles.cell} data-kind={props.line?.kind ?? 'none'} data-side={props.side}>
      <Show when={props.line}>{line => <DiffLineCells line={line()} spans={props.spans(line())} numbers={props.side} />}</Show>
    </div>
  )
}

function lastNumber(lines: readonly DiffLine[]): number {
  const last = lines.at(-1)
  return Math.max(last?.oldNumber ?? 0, last?.newNumber ?? 0)
}
