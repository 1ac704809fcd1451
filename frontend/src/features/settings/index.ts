// Preferences of this browser and the dialog that changes them.
export { settingsFeature } from './feature'
export { createPreferencesStore, type Preferences, type PreferencesStore, type ResolvedTheme } from './preferences-store'
