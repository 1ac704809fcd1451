// The bar on top: application menu, title, connection trouble, sidebar toggles.
import { Show } from 'solid-js'
import { createOrganizationMenu } from '../../features/organization'
import { titleOf } from '../../features/workspace'
import { BrandMark, IconButton, Menu, type MenuEntry, Spinner } from '../../ui'
import {
  FolderTreeIcon,
  InfoIcon,
  LogOutIcon,
  MenuIcon,
  PanelLeftIcon,
  PanelRightIcon,
  SearchIcon,
  SettingsIcon,
  UserIcon,
} from '../../ui/icons'
import { useServices } from '../services'
import styles from './Titlebar.module.css'

export function Titlebar(props: { readonly reconnecting: string | undefined }) {
  const services = useServices()
  const { commands, shortcut, shell, view, session } = services
  const organizations = createOrganizationMenu(services)
  const entries = (): readonly MenuEntry[] => [
    ...(session.account
      ? [
          {
            label: 'Profile...',
            note: session.user.username,
            icon: UserIcon,
            run: () => commands.run('app.openProfile'),
          },
        ]
      : []),
    ...organizations.entries(),
    { label: 'About...', icon: InfoIcon, run: () => commands.run('app.openAbout') },
    {
      label: 'Preferences...',
      icon: SettingsIcon,
      shortcut: shortcut('app.openPreferences'),
      run: () => commands.run('app.openPreferences'),
    },
    ...(session.account
      ? [{ type: 'separator' } as const, { label: 'Log out', icon: LogOutIcon, run: () => commands.run('app.logOut') }]
      : []),
  ]
  return (
    <header class={styles.titlebar} data-region="titlebar">
      <Show when={shell.isMobile()}>
        <IconButton
          icon={MenuIcon}
          size="md"
          label="Toggle workspaces"
          aria-expanded={shell.drawer() === 'left'}
          onClick={() => shell.toggle('left')}
        />
      </Show>
      <Menu
        entries={entries}
        onOpenChange={isOpen => isOpen && organizations.refresh()}
        trigger={trigger => (
          <button {...trigger} class={styles.brand} type="button" aria-label="Application menu" data-tooltip="Application menu">
            <BrandMark size={20} />
            <Show when={!shell.isMobile()}>
              <span>LeapMux</span>
            </Show>
          </button>
        )}
      />
      <h1 class={styles.title}>
        {/* An element around the text: a bare call in Show's function is read once and would keep an old title. */}
        <Show when={view.workspace()}>{workspace => <>{titleOf(workspace())}</>}</Show>
      </h1>
      <Show when={props.reconnecting}>
        {text => (
          <span class={styles.trouble} role="status">
            <Spinner size={12} label="" />
            {text()}
          </span>
        )}
      </Show>
      <div class={styles.end}>
        <IconButton
          icon={SearchIcon}
          label="Command palette"
          shortcut={shortcut('app.openPalette')}
          onClick={() => commands.run('app.openPalette')}
        />
        <Show when={!shell.isMobile()}>
          <IconButton
            icon={PanelLeftIcon}
            label="Toggle left sidebar"
            shortcut={shortcut('app.toggleLeftSidebar')}
            aria-pressed={!shell.isCollapsed('left')}
            onClick={() => shell.toggle('left')}
          />
        </Show>
        <Show when={shell.hasPanels('right')}>
          <IconButton
            icon={shell.isMobile() ? FolderTreeIcon : PanelRightIcon}
            label={shell.isMobile() ? 'Toggle files' : 'Toggle right sidebar'}
            shortcut={shortcut('app.toggleRightSidebar')}
            aria-pressed={shell.isMobile() ? shell.drawer() === 'right' : !shell.isCollapsed('right')}
            onClick={() => shell.toggle('right')}
          />
        </Show>
      </div>
    </header>
  )
}
