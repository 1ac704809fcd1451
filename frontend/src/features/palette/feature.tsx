// The command that opens the palette.
import { lazy } from 'solid-js'
import type { Feature } from '../../app/feature'
import { whenIdle } from '../../platform/browser'

const PaletteDialog = lazy(() => import('./PaletteDialog'))

export const paletteFeature: Feature = {
  id: 'palette',
  commands({ dialogs }) {
    // Who presses its keys goes on typing: it must be there when they do.
    whenIdle(() => void PaletteDialog.preload())
    return [
      {
        id: 'app.openPalette',
        title: 'Command Palette',
        palette: false,
        run: () => void dialogs.show(close => <PaletteDialog onClose={close} />),
      },
    ]
  },
  bindings: [
    { key: '$mod+k', command: 'app.openPalette', when: '!dialogOpen' },
    { key: '$mod+Shift+p', command: 'app.openPalette', when: '!dialogOpen' },
  ],
}
