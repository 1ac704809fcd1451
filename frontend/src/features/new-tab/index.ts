// Opening tabs: quick buttons, menus, dialogs, commands.
export { AgentFields } from './AgentFields'
export { newTabFeature } from './feature'
export { createLaunchForm, type LaunchForm } from './launch-form'
export { NewTabControls } from './NewTabControls'
export { newTabEntries } from './new-tab-entries'
export { createOpenTabs, type OpenTabs } from './open-tabs'
export { ProviderIcon } from './ProviderIcon'
