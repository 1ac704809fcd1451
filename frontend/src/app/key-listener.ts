// Hands key presses to the commands they are bound to, before the page's own handlers see them.
import { onCleanup } from 'solid-js'
import { type Keymap, keyPlatform } from '../lib/keymap/keymap'
import type { KeyContext } from '../lib/keymap/when'
import type { Services } from './services'

/**
 * Contexts come from where the focus is: an ancestor with `data-key-context` names them
 * ("terminal" → `terminalFocused`, "chat-input" → `chatInputFocused`, "editor" → `editorFocused`).
 */
const CONTEXTS: Record<string, string> = {
  terminal: 'terminalFocused',
  'chat-input': 'chatInputFocused',
  editor: 'editorFocused',
}

function contextOf(target: EventTarget | null, services: Services, platform: string): KeyContext {
  const element = target instanceof HTMLElement ? target : undefined
  const names = new Set<string>()
  for (
    let at = element?.closest<HTMLElement>('[data-key-context]');
    at;
    at = at.parentElement?.closest<HTMLElement>('[data-key-context]')
  ) {
    for (const name of at.dataset.keyContext?.split(' ') ?? []) names.add(name)
  }
  return {
    ...Object.fromEntries(Object.entries(CONTEXTS).map(([name, context]) => [context, names.has(name)])),
    platform,
    isDesktop: false,
    dialogOpen: document.querySelector('[data-modal-open]') !== null,
    activeTabType: services.view.activeTab()?.kind ?? '',
    inputFocused: element !== undefined && (element.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName)),
  }
}

/** Under an owner. */
export function listenToKeys(services: Services, keymap: () => Keymap): void {
  const platform = keyPlatform(navigator.userAgent)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
    const ran = keymap()
      .lookup(event, contextOf(event.target, services, platform))
      .some(command => services.commands.run(command))
    if (!ran) return
    event.preventDefault()
    event.stopPropagation()
  }
  window.addEventListener('keydown', onKeyDown, { capture: true })
  onCleanup(() => window.removeEventListener('keydown', onKeyDown, { capture: true }))
}
