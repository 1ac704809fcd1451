// Commands over tabs and tiles.
import { lazy } from 'solid-js'
import type { Feature } from '../../app/feature'
import type { Services } from '../../app/services'
import type { Binding, Command } from '../../lib/keymap/command-registry'

const MoveTabDialog = lazy(() => import('./MoveTabDialog'))

function tabCommands({ view, tiles }: Services): Command[] {
  const leaf = view.focusedTile
  const step = (by: number): void => {
    const tile = leaf()
    const active = view.activeTab()
    if (!tile || !active || tile.tabs.length < 2) return
    const index = (tile.tabs.findIndex(tab => tab.id === active.id) + by + tile.tabs.length) % tile.tabs.length
    const tab = tile.tabs[index]
    if (!tab) return
    view.setActiveTab(tile.id, tab.id, index)
    view.requestFocus()
  }
  const switchTo = (index: number): void => {
    const tile = leaf()
    const tab = tile?.tabs[index]
    if (!tile || !tab) return
    view.setActiveTab(tile.id, tab.id, index)
    view.requestFocus()
  }
  const hasTabs = (): boolean => (leaf()?.tabs.length ?? 0) > 1
  return [
    {
      id: 'app.closeActiveTab',
      title: 'Close Active Tab',
      enabled: () => view.activeTab() !== undefined && view.workspace()?.editable === true,
      run() {
        const tab = view.activeTab()
        if (tab) tiles.closeTab(tab)
      },
    },
    { id: 'app.previousTab', title: 'Previous Tab', enabled: hasTabs, run: () => step(-1) },
    { id: 'app.nextTab', title: 'Next Tab', enabled: hasTabs, run: () => step(1) },
    ...Array.from(
      { length: 9 },
      (_, index): Command => ({
        id: `app.switchToTab${index + 1}`,
        title: `Switch to Tab ${index + 1}`,
        palette: false,
        enabled: () => leaf()?.tabs[index] !== undefined,
        run: () => switchTo(index),
      }),
    ),
  ]
}

function tileCommands(services: Services): Command[] {
  const { view, tiles, dialogs } = services
  const tileId = (): string | undefined => view.focusedTile()?.id
  const canSplit = (): boolean => {
    const id = tileId()
    return id !== undefined && tiles.canSplit(id)
  }
  const canClose = (): boolean => {
    const id = tileId()
    return id !== undefined && tiles.canClose(id)
  }
  const focusNext = (by: number): void => {
    const workspace = view.workspace()
    const ids = [...document.querySelectorAll<HTMLElement>('[data-tile]')].map(tile => tile.dataset.tile ?? '')
    const next = ids[(ids.indexOf(tileId() ?? '') + by + ids.length) % ids.length]
    if (!workspace || next === undefined) return
    view.focusTile(workspace.id, next)
    view.requestFocus()
  }
  return [
    {
      id: 'app.splitTileVertical',
      title: 'Split Tile Vertically',
      enabled: canSplit,
      run: () => tiles.split(tileId() ?? '', 'vertical'),
    },
    {
      id: 'app.splitTileHorizontal',
      title: 'Split Tile Horizontally',
      enabled: canSplit,
      run: () => tiles.split(tileId() ?? '', 'horizontal'),
    },
    { id: 'app.closeTile', title: 'Close Tile', enabled: canClose, run: () => tiles.close(tileId() ?? '') },
    { id: 'app.focusNextTile', title: 'Focus Next Tile', run: () => focusNext(1) },
    { id: 'app.focusPreviousTile', title: 'Focus Previous Tile', run: () => focusNext(-1) },
    {
      id: 'app.moveTab',
      title: 'Move Tab…',
      enabled: () => view.activeTab() !== undefined && view.workspace()?.editable === true,
      run: () => void dialogs.show(close => <MoveTabDialog onClose={close} />),
    },
  ]
}

const digits = Array.from({ length: 9 }, (_, index) => index + 1)

export const layoutFeature: Feature = {
  id: 'layout',
  commands: services => [...tabCommands(services), ...tileCommands(services)],
  bindings: [
    { key: '$mod+w', command: 'app.closeActiveTab', when: '!dialogOpen' },
    { key: 'Alt+Shift+w', command: 'app.closeActiveTab', when: '!dialogOpen' },
    ...digits.flatMap((digit): Binding[] => [
      { key: `$mod+${digit}`, command: `app.switchToTab${digit}` },
      { key: `Alt+${digit}`, command: `app.switchToTab${digit}` },
    ]),
    { key: '$mod+BracketLeft', command: 'app.previousTab' },
    { key: '$mod+PageUp', command: 'app.previousTab' },
    { key: 'Alt+Shift+BracketLeft', command: 'app.previousTab' },
    { key: '$mod+BracketRight', command: 'app.nextTab' },
    { key: '$mod+PageDown', command: 'app.nextTab' },
    { key: 'Alt+Shift+BracketRight', command: 'app.nextTab' },
    { key: '$mod+Backslash', command: 'app.splitTileHorizontal' },
    { key: 'Alt+Shift+Backslash', command: 'app.splitTileHorizontal' },
    { key: '$mod+Shift+Backslash', command: 'app.splitTileVertical' },
    { key: 'Alt+Shift+ArrowRight', command: 'app.focusNextTile', when: '!dialogOpen && !inputFocused' },
    { key: 'Alt+Shift+ArrowLeft', command: 'app.focusPreviousTile', when: '!dialogOpen && !inputFocused' },
    { key: '$mod+Shift+m', command: 'app.moveTab', when: '!dialogOpen && !terminalFocused' },
  ],
}
