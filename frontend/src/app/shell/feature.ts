// Commands of the frame around the tiles.
import type { Feature } from '../feature'

/** F6 goes round these, in this order. */
const REGIONS = [
  '[data-region="titlebar"]',
  '[data-region="left"]',
  '[data-region="main"]',
  '[data-region="right"]',
  '[data-region="status"]',
]
const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), [tabindex="0"]'

function focusRegion(by: 1 | -1): void {
  const regions = REGIONS.flatMap(selector => document.querySelector<HTMLElement>(selector) ?? []).filter(
    region => region.offsetParent !== null,
  )
  const at = regions.findIndex(region => region.contains(document.activeElement))
  for (let step = 1; step <= regions.length; step++) {
    const region = regions[(at + by * step + regions.length * 2) % regions.length]
    const target = [...(region?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].find(element =>
      element.checkVisibility({ visibilityProperty: true }),
    )
    if (target) return target.focus()
  }
}

export const shellFeature: Feature = {
  id: 'shell',
  commands: ({ shell, view }) => [
    { id: 'app.toggleLeftSidebar', title: 'Toggle Left Sidebar', run: () => shell.toggle('left') },
    {
      id: 'app.toggleRightSidebar',
      title: 'Toggle Right Sidebar',
      enabled: () => shell.hasPanels('right'),
      run: () => shell.toggle('right'),
    },
    { id: 'app.focusNextRegion', title: 'Focus Next Region', palette: false, run: () => focusRegion(1) },
    { id: 'app.focusPreviousRegion', title: 'Focus Previous Region', palette: false, run: () => focusRegion(-1) },
    { id: 'app.focusContent', title: 'Focus Active Tab', palette: false, run: () => view.requestFocus() },
  ],
  bindings: [
    { key: '$mod+Shift+BracketLeft', command: 'app.toggleLeftSidebar' },
    { key: '$mod+Shift+BracketRight', command: 'app.toggleRightSidebar' },
    { key: 'F6', command: 'app.focusNextRegion', when: '!dialogOpen' },
    { key: 'Shift+F6', command: 'app.focusPreviousRegion', when: '!dialogOpen' },
  ],
}
