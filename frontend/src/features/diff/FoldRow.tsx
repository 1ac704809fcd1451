// "N lines hidden" with its two buttons.
import { Show } from 'solid-js'
import { IconButton } from '../../ui'
import { ChevronDownIcon, ChevronUpIcon } from '../../ui/icons'
import styles from './Diff.module.css'
import type { Fold } from './folds'
import { strings } from './strings'

export function FoldRow(props: { readonly fold: Fold; readonly onExpand: (id: number, direction: 'up' | 'down') => void }) {
  return (
    <div class={styles.fold}>
      <Show when={props.fold.canExpand}>
        <Show when={props.fold.hasAbove}>
          <IconButton
            size="xs"
            iconSize={13}
            icon={ChevronDownIcon}
            label={strings.expandDown}
            onClick={() => props.onExpand(props.fold.id, 'down')}
          />
        </Show>
        <Show when={props.fold.hasBelow}>
          <IconButton
            size="xs"
            iconSize={13}
            icon={ChevronUpIcon}
            label={strings.expandUp}
            onClick={() => props.onExpand(props.fold.id, 'up')}
          />
        </Show>
      </Show>
      <span class={styles.foldText}>{strings.hidden(props.fold.hidden)}</span>
    </div>
  )
}
