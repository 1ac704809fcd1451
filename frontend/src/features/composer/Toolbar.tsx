// Formatting buttons above the text. In a narrow pane they become one menu.
import type { EditorState, TransactionSpec } from '@codemirror/state'
import { For } from 'solid-js'
import { IconButton, Menu, type MenuEntry } from '../../ui'
import {
  BoldIcon,
  ChevronDownIcon,
  CodeIcon,
  EllipsisIcon,
  HeadingIcon,
  type IconType,
  ItalicIcon,
  ListChecksIcon,
  ListIcon,
  ListOrderedIcon,
  MinusIcon,
  QuoteIcon,
  SquareCodeIcon,
  StrikethroughIcon,
} from '../../ui/icons'
import * as format from './formatting'
import { LinkButton } from './LinkButton'
import { strings } from './strings'
import styles from './Toolbar.module.css'

export type Edit = (state: EditorState) => TransactionSpec

interface Tool {
  readonly label: string
  readonly icon: IconType
  readonly shortcut?: string
  readonly edit: Edit
}

const INLINE: readonly Tool[] = [
  { label: strings.bold, icon: BoldIcon, shortcut: 'Mod+B', edit: state => format.toggleWrap(state, '**') },
  { label: strings.italic, icon: ItalicIcon, shortcut: 'Mod+I', edit: state => format.toggleWrap(state, '*') },
  { label: strings.strikethrough, icon: StrikethroughIcon, edit: state => format.toggleWrap(state, '~~') },
  { label: strings.inlineCode, icon: CodeIcon, shortcut: 'Mod+E', edit: state => format.toggleWrap(state, '`') },
  { label: strings.codeBlock, icon: SquareCodeIcon, edit: format.insertCodeBlock },
]
const BLOCKS: readonly Tool[] = [
  { label: strings.bulletList, icon: ListIcon, edit: state => format.toggleLines(state, 'bullet') },
  { label: strings.orderedList, icon: ListOrderedIcon, edit: state => format.toggleLines(state, 'ordered') },
  { label: strings.taskList, icon: ListChecksIcon, edit: state => format.toggleLines(state, 'task') },
  { label: strings.blockquote, icon: QuoteIcon, edit: state => format.toggleLines(state, 'quote') },
]
const RULE: Tool = { label: strings.rule, icon: MinusIcon, edit: format.insertRule }
const LEVELS = [0, 1, 2, 3, 4, 5, 6] as const

export function Toolbar(props: { readonly disabled: boolean; readonly isMac: boolean; readonly onEdit: (edit: Edit) => void }) {
  const entry = (tool: Tool): MenuEntry => ({ label: tool.label, icon: tool.icon, run: () => props.onEdit(tool.edit) })
  const headings = (): readonly MenuEntry[] =>
    LEVELS.map(level => ({
      label: level === 0 ? strings.paragraph : strings.headingLevel(level),
      run: () => props.onEdit(state => format.setHeading(state, level)),
    }))
  const shortcut = (tool: Tool) => tool.shortcut?.replace('Mod', props.isMac ? '⌘' : 'Ctrl')
  const button = (tool: Tool) => (
    <IconButton
      size="sm"
      iconSize={14}
      icon={tool.icon}
      label={tool.label}
      shortcut={shortcut(tool)}
      disabled={props.disabled}
      onMouseDown={event => event.preventDefault()}
      onClick={() => props.onEdit(tool.edit)}
    />
  )
  return (
    <div class={styles.toolbar} role="toolbar" aria-label={strings.formatting}>
      <div class={styles.wide}>
        <Menu
          entries={headings}
          trigger={trigger => (
            <button
              {...trigger}
              type="button"
              class={styles.heading}
              aria-label={strings.heading}
              data-tooltip={strings.heading}
              disabled={props.disabled}
            >
              <HeadingIcon size={14} />
              <ChevronDownIcon size={11} />
            </button>
          )}
        />
        <For each={INLINE}>{button}</For>
        <For each={BLOCKS}>{button}</For>
        <LinkButton disabled={props.disabled} onAdd={address => props.onEdit(state => format.insertLink(state, address))} />
        {button(RULE)}
      </div>
      <div class={styles.narrow}>
        <Menu
          entries={() => [
            { type: 'group', label: strings.formatting, entries: [...INLINE, ...BLOCKS, RULE].map(entry) },
            { type: 'separator' },
            { type: 'submenu', label: strings.heading, icon: HeadingIcon, entries: headings() },
          ]}
          trigger={trigger => (
            <IconButton {...trigger} size="sm" icon={EllipsisIcon} label={strings.moreFormatting} disabled={props.disabled} />
          )}
        />
      </div>
    </div>
  )
}
