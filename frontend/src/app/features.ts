// The list of features, one line each.
import { accountFeature } from '../features/account'
import { agentFeature } from '../features/agent'
import { layoutFeature } from '../features/layout'
import { newTabFeature } from '../features/new-tab'
import { paletteFeature } from '../features/palette'
import { settingsFeature } from '../features/settings'
import { terminalFeature } from '../features/terminal'
import { todoFeature } from '../features/todo'
import { workerFeature } from '../features/worker'
import { workspaceFeature } from '../features/workspace'
import type { Feature } from './feature'
import { shellFeature } from './shell/feature'

export const features: readonly Feature[] = [
  shellFeature,
  workspaceFeature,
  workerFeature,
  layoutFeature,
  agentFeature,
  terminalFeature,
  todoFeature,
  newTabFeature,
  paletteFeature,
  settingsFeature,
  accountFeature,
]
