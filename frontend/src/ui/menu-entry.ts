// What a menu shows; the same for drop-down and context menus.
import type { JSX } from 'solid-js'
import type { IconType } from './icons'

export interface MenuItem {
  readonly label: string
  /** Behind the label, muted: "(default)". */
  readonly note?: string | undefined
  readonly icon?: IconType | undefined
  /** Instead of an icon component. */
  readonly graphic?: () => JSX.Element
  readonly shortcut?: string | undefined
  readonly disabled?: boolean | undefined
  readonly tone?: 'default' | 'danger' | undefined
  /** A toggle: drawn with a check mark when true. */
  readonly checked?: boolean | undefined
  /** The label is a path or a command. */
  readonly code?: boolean | undefined
  readonly run: () => void
}

export type MenuEntry =
  | ({ readonly type?: 'item' } & MenuItem)
  | { readonly type: 'separator' }
  | { readonly type: 'group'; readonly label: string; readonly entries: readonly MenuEntry[] }
  | { readonly type: 'submenu'; readonly label: string; readonly icon?: IconType; readonly entries: readonly MenuEntry[] }
  /** Anything that is read, not chosen; `run` makes it a button. */
  | { readonly type: 'info'; readonly render: () => JSX.Element; readonly label: string; readonly run: () => void }
