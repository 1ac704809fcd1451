// One block of Markdown as elements. A block whose text grows keeps its element while its kind stays.
import { For, Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { MarkdownToken, Tokens } from '../../lib/markdown'
import { CodeBlock } from './CodeBlock'
import { Inline } from './Inline'
import styles from './Markdown.module.css'
import { createOverflow } from './overflow'
import { strings } from './strings'

type TokenOf<T extends MarkdownToken['type']> = Extract<MarkdownToken, { type: T }>

export function Block(props: { readonly token: MarkdownToken; readonly isOpen: boolean }) {
  const as = <T extends MarkdownToken['type']>(type: T) => (props.token.type === type ? (props.token as TokenOf<T>) : undefined)
  return (
    <Switch fallback={<p class={styles.paragraph}>{props.token.raw}</p>}>
      <Match when={as('paragraph')}>
        {token => (
          <p class={styles.paragraph}>
            <Inline tokens={token().tokens} />
          </p>
        )}
      </Match>
      <Match when={as('text')}>{token => <Inline tokens={[token()]} />}</Match>
      <Match when={as('heading')}>
        {token => (
          <Dynamic component={headingTag(token().depth)} class={styles.heading} data-depth={token().depth}>
            <Inline tokens={token().tokens} />
          </Dynamic>
        )}
      </Match>
      <Match when={as('code')}>
        {token => <CodeBlock text={token().text} info={token().lang ?? ''} isOpen={props.isOpen} />}
      </Match>
      <Match when={as('list')}>{token => <List token={token()} isOpen={props.isOpen} />}</Match>
      <Match when={as('blockquote')}>
        {token => (
          <blockquote class={styles.quote}>
            <Blocks tokens={token().tokens} isOpen={props.isOpen} />
          </blockquote>
        )}
      </Match>
      <Match when={as('table')}>{token => <Table token={token()} />}</Match>
      <Match when={as('hr')}>
        <hr class={styles.rule} />
      </Match>
      <Match when={as('html')}>{token => <p class={styles.raw}>{token().text.replace(/\n$/, '')}</p>}</Match>
      <Match when={as('def')}>{null}</Match>
      <Match when={as('checkbox')}>{token => <Inline tokens={[token()]} />}</Match>
      <Match when={as('space')}>{null}</Match>
    </Switch>
  )
}

/** A page heading would be too loud inside a conversation: `#` starts at the third level. */
function headingTag(depth: number): 'h3' | 'h4' | 'h5' | 'h6' {
  return (['h3', 'h4', 'h5'] as const)[depth - 1] ?? 'h6'
}

function Blocks(props: { readonly tokens: readonly unknown[]; readonly isOpen: boolean }) {
  return <For each={props.tokens as readonly MarkdownToken[]}>{token => <Block token={token} isOpen={props.isOpen} />}</For>
}

function List(props: { readonly token: Tokens.List; readonly isOpen: boolean }) {
  return (
    <Dynamic
      component={props.token.ordered ? 'ol' : 'ul'}
      class={styles.list}
      start={props.token.ordered && props.token.start !== 1 ? props.token.start : undefined}
    >
      <For each={props.token.items}>
        {item => (
          <li class={styles.item} data-task={item.task ? '' : undefined}>
            <Blocks tokens={item.tokens} isOpen={props.isOpen} />
          </li>
        )}
      </For>
    </Dynamic>
  )
}

function Table(props: { readonly token: Tokens.Table }) {
  let scroller: HTMLDivElement | undefined
  const isOverflowing = createOverflow(() => scroller)
  return (
    <div
      class={styles.tableScroller}
      ref={scroller}
      tabindex={isOverflowing() ? 0 : undefined}
      role={isOverflowing() ? 'group' : undefined}
      aria-label={isOverflowing() ? strings.table : undefined}
    >
      <table class={styles.table}>
        <thead>
          <tr>
            <For each={props.token.header}>
              {cell => (
                <th data-align={cell.align}>
                  <Inline tokens={cell.tokens} />
                </th>
              )}
            </For>
          </tr>
        </thead>
        <Show when={props.token.rows.length > 0}>
          <tbody>
            <For each={props.token.rows}>
              {row => (
                <tr>
                  <For each={row}>
                    {cell => (
                      <td data-align={cell.align}>
                        <Inline tokens={cell.tokens} />
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </Show>
      </table>
    </div>
  )
}
