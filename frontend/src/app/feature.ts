// What a feature adds to the application. `features.ts` lists one per line.
import type { TabKindContribution } from '../features/tab/tab-kind'
import type { Binding, Command } from '../lib/keymap/command-registry'
import type { Services } from './services'

export interface Feature {
  readonly id: string
  readonly tabKinds?: readonly TabKindContribution[]
  /** Made once, when the services exist. */
  commands?(services: Services): readonly Command[]
  readonly bindings?: readonly Binding[]
}
