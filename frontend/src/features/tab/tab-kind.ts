// A tab kind: how a feature puts its content into tiles.
import type { Component } from 'solid-js'
import type { TabKind } from '../../core/ports'
import type { TabInfo } from './tabs-store'

export interface TabPaneProps {
  readonly tabId: string
  readonly workerId: string
  readonly workspaceId: string
  /** The active tab of a tile that is shown. A hidden pane stays mounted, `visibility: hidden` and inert. */
  readonly visible: boolean
  /** Visible and in the focused tile: take the keyboard focus when this turns true, unless `document.activeElement` is already inside. */
  readonly focused: boolean
  /** The caller owns the workspace. */
  readonly editable: boolean
}

export interface TabKindContribution {
  readonly kind: TabKind
  /** Fallback title: "Agent". */
  readonly label: string
  /** 16 px, takes the colour of its text. */
  readonly Icon: Component<{ readonly tab: TabInfo | undefined; readonly size?: number }>
  /** Mounted once per tab and never moved in the document; make it `lazy(() => import('./AgentPane'))`. */
  readonly Pane: Component<TabPaneProps>
}

export interface TabKinds {
  get(kind: TabKind): TabKindContribution | undefined
}

export function createTabKinds(contributions: readonly TabKindContribution[]): TabKinds {
  const byKind = new Map(contributions.map(contribution => [contribution.kind, contribution]))
  return { get: kind => byKind.get(kind) }
}
