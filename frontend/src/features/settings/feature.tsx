// Preferences and About.
import { lazy } from 'solid-js'
import type { Feature } from '../../app/feature'

const PreferencesDialog = lazy(() => import('./PreferencesDialog'))
const AboutDialog = lazy(() => import('./AboutDialog'))

export const settingsFeature: Feature = {
  id: 'settings',
  commands: ({ dialogs, preferences }) => [
    {
      id: 'app.openPreferences',
      title: 'Open Preferences',
      keywords: 'settings theme font',
      run: () => void dialogs.show(close => <PreferencesDialog onClose={close} />),
    },
    { id: 'app.openAbout', title: 'About LeapMux', run: () => void dialogs.show(close => <AboutDialog onClose={close} />) },
    {
      id: 'app.toggleTheme',
      title: 'Toggle Light and Dark Theme',
      run: () => preferences.set({ theme: preferences.resolvedTheme() === 'dark' ? 'light' : 'dark' }),
    },
  ],
  bindings: [{ key: '$mod+Comma', command: 'app.openPreferences', when: '!dialogOpen' }],
}
