// Opening tabs: quick buttons, menus, dialogs, commands.
export { newTabFeature } from './feature'
export { NewTabControls } from './NewTabControls'
export { newTabEntries } from './new-tab-entries'
export { createOpenTabs, type OpenTabs } from './open-tabs'
export { ProviderIcon } from './ProviderIcon'
