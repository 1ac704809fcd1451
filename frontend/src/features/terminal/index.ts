// The terminal feature: a tab kind.
import { lazy } from 'solid-js'
import type { Feature } from '../../app/feature'
import { TerminalTabIcon } from './TerminalTabIcon'

export { createRendererLeases, hasFastGpu, type RendererLeases } from './renderer-leases'

export const terminalFeature: Feature = {
  id: 'terminal',
  tabKinds: [{ kind: 'terminal', label: 'Terminal', Icon: TerminalTabIcon, Pane: lazy(() => import('./TerminalPane')) }],
}
