// Inline Markdown tokens as elements. Raw HTML is printed as the text it is.
import { For, Match, Show, Switch } from 'solid-js'
import { decodeEntities, type MarkdownToken, safeHref, type Tokens } from '../../lib/markdown'
import { ExternalLinkIcon } from '../../ui/icons'
import styles from './Markdown.module.css'
import { strings } from './strings'

type TokenOf<T extends MarkdownToken['type']> = Extract<MarkdownToken, { type: T }>

export function Inline(props: { readonly tokens: readonly unknown[] | undefined }) {
  return <For each={(props.tokens ?? []) as readonly MarkdownToken[]}>{token => <InlineToken token={token} />}</For>
}

function InlineToken(props: { readonly token: MarkdownToken }) {
  const as = <T extends MarkdownToken['type']>(type: T) => (props.token.type === type ? (props.token as TokenOf<T>) : undefined)
  return (
    <Switch fallback={props.token.raw}>
      <Match when={as('text')}>
        {token => (
          <Show when={token().tokens} fallback={decodeEntities(token().text)}>
            {tokens => <Inline tokens={tokens()} />}
          </Show>
        )}
      </Match>
      <Match when={as('escape')}>{token => token().text}</Match>
      <Match when={as('strong')}>
        {token => (
          <strong>
            <Inline tokens={token().tokens} />
          </strong>
        )}
      </Match>
      <Match when={as('em')}>
        {token => (
          <em>
            <Inline tokens={token().tokens} />
          </em>
        )}
      </Match>
      <Match when={as('del')}>
        {token => (
          <del>
            <Inline tokens={token().tokens} />
          </del>
        )}
      </Match>
      <Match when={as('codespan')}>{token => <code class={styles.codespan}>{token().text}</code>}</Match>
      <Match when={as('br')}>
        <br />
      </Match>
      <Match when={as('link')}>{token => <Link token={token()} />}</Match>
      <Match when={as('image')}>{token => <ImageLink token={token()} />}</Match>
      <Match when={as('checkbox')}>
        {token => (
          <input
            type="checkbox"
            class={styles.checkbox}
            disabled
            checked={token().checked}
            aria-label={token().checked ? strings.done : strings.notDone}
          />
        )}
      </Match>
    </Switch>
  )
}

function Link(props: { readonly token: Tokens.Link }) {
  return (
    <Show
      when={safeHref(props.token.href)}
      fallback={
        <span class={styles.deadLink}>
          <Inline tokens={props.token.tokens} />
        </span>
      }
    >
      {href => (
        <a href={href()} target="_blank" rel="noopener noreferrer nofollow" title={props.token.title ?? undefined}>
          <Inline tokens={props.token.tokens} />
        </a>
      )}
    </Show>
  )
}

/** Nothing is fetched from elsewhere: an image is a link that can be opened. */
function ImageLink(props: { readonly token: Tokens.Image }) {
  const label = () => strings.image(decodeEntities(props.token.text))
  return (
    <Show when={safeHref(props.token.href)} fallback={<span class={styles.deadLink}>{label()}</span>}>
      {href => (
        <a href={href()} target="_blank" rel="noopener noreferrer nofollow">
          {label()} <ExternalLinkIcon size={12} />
        </a>
      )}
    </Show>
  )
}
