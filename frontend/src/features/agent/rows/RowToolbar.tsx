// The buttons of one row, shown while it is pointed at or holds the focus.
import { For, Show } from 'solid-js'
import type { Item } from '../../../gen/leapmux/worker/v1/agent_pb'
import { IconButton } from '../../../ui'
import { BracesIcon, CopyIcon, type IconType, QuoteIcon, SquareCodeIcon } from '../../../ui/icons'
import { useAgent } from '../agent-context'
import { formatAge } from '../format'
import { itemMarkdown, itemPlain, quote } from '../item-text'
import { strings } from '../strings'
import styles from './Row.module.css'

export interface RowAction {
  readonly label: string
  readonly icon: IconType
  run(): void
}

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

export function RowToolbar(props: { readonly item: Item; readonly actions: readonly RowAction[] }) {
  const { store, copy, quote: insertQuote, fail, editable } = useAgent()
  const hasText = () => itemMarkdown(props.item) !== ''
  const time = () => Number(props.item.timeMs)
  async function copyRaw(): Promise<void> {
    const lines = await store.rawLines(props.item.itemId)
    copy(lines.join('\n'))
  }
  return (
    <div class={styles.toolbar} role="toolbar" aria-label={strings.rowActions}>
      <Show when={time() > 0}>
        <time class={styles.age} datetime={new Date(time()).toISOString()} data-tooltip={DATE.format(time())}>
          {formatAge(Date.now() - time())}
        </time>
      </Show>
      <For each={props.actions}>
        {action => <IconButton size="xs" iconSize={14} icon={action.icon} label={action.label} onClick={() => action.run()} />}
      </For>
      <Show when={hasText()}>
        <Show when={editable()}>
          <IconButton
            size="xs"
            iconSize={14}
            icon={QuoteIcon}
            label={strings.quote}
            onClick={() => insertQuote(quote(itemPlain(props.item)))}
          />
        </Show>
        <IconButton size="xs" iconSize={14} icon={CopyIcon} label={strings.copy} onClick={() => copy(itemPlain(props.item))} />
        <IconButton
          size="xs"
          iconSize={14}
          icon={SquareCodeIcon}
          label={strings.copyMarkdown}
          onClick={() => copy(itemMarkdown(props.item))}
        />
      </Show>
      <IconButton
        size="xs"
        iconSize={14}
        icon={BracesIcon}
        label={strings.copyRaw}
        onClick={() => void copyRaw().catch(() => fail(strings.copyFailed))}
      />
    </div>
  )
}
