// What a feature adds to the application. `features.ts` lists one per line.
import type { Component } from 'solid-js'
import type { TabKindContribution } from '../features/tab/tab-kind'
import type { Binding, Command } from '../lib/keymap/command-registry'
import type { IconType } from '../ui/icons'
import type { Services } from './services'
import type { Side } from './shell/sidebar-model'

/** A section of a sidebar; an icon in its rail while the sidebar is collapsed. */
export interface PanelContribution {
  readonly id: string
  readonly side: Side
  readonly title: string
  readonly Icon: IconType
  readonly Content: Component
  /** Buttons at the end of the header. */
  readonly Actions?: Component
  /** Takes the room that is left; others are as tall as their content. */
  readonly grows?: boolean
  /** Beside the icon in the rail: "3/7". */
  badge?(services: Services): string | undefined
  /** Shown only while this is true. */
  visible?(services: Services): boolean
}

export interface Feature {
  readonly id: string
  readonly tabKinds?: readonly TabKindContribution[]
  readonly panels?: readonly PanelContribution[]
  /** Made once, when the services exist. */
  commands?(services: Services): readonly Command[]
  readonly bindings?: readonly Binding[]
}
