// The application's frame: title bar, sidebars or drawers, the tiles, status bar.
import { createEffect, createMemo, lazy, Match, Show, Suspense, Switch } from 'solid-js'
import { LayoutCanvas } from '../../features/layout'
import { Toasts } from '../../features/notification'
import { createNow } from '../../platform/browser'
import { Button, EmptyState, Spinner, TooltipLayer } from '../../ui'
import { MonitorIcon, PlusIcon } from '../../ui/icons'
import { DialogHost } from '../dialog-stack'
import { NotFound } from '../NotFound'
import { useServices } from '../services'
import { reconnecting } from './connection-status'
import { Drawer } from './Drawer'
import styles from './Shell.module.css'
import { Sidebar } from './Sidebar'
import { StatusBar } from './StatusBar'
import type { Side } from './sidebar-model'
import { Titlebar } from './Titlebar'

const KeyChangeDialog = lazy(() => import('../../features/worker/KeyChangeDialog'))

function Centre() {
  const { layout, view, commands, shortcut, session } = useServices()
  /** Without a Worker there is nothing to work on. */
  const isAlone = (): boolean => session.registration !== undefined && session.workerList.workers()?.length === 0
  return (
    <Switch fallback={<LayoutCanvas />}>
      <Match when={layout.workspaces() === undefined}>
        <div class={styles.loading}>
          <Spinner size={20} />
        </div>
      </Match>
      <Match when={view.workspaceId() === undefined}>
        <EmptyState text={isAlone() ? 'Register the machine your agents and terminals will run on.' : undefined}>
          <Show when={isAlone()}>
            <Button size="lg" variant="primary" icon={MonitorIcon} onClick={() => commands.run('app.registerWorker')}>
              Register worker
            </Button>
          </Show>
          <Button
            size="lg"
            variant={isAlone() ? 'default' : 'primary'}
            icon={PlusIcon}
            shortcut={shortcut('app.newWorkspaceDialog')}
            onClick={() => commands.run('app.newWorkspaceDialog')}
          >
            Create a new workspace...
          </Button>
        </EmptyState>
      </Match>
      <Match when={view.workspace() === undefined}>
        <NotFound text="This workspace does not exist, or you cannot open it." />
      </Match>
    </Switch>
  )
}

export function Shell() {
  const services = useServices()
  const { layout, session, shell, panels, dialogs } = services
  const now = createNow(1000)
  const trouble = createMemo(() => reconnecting(layout.online(), now()))
  const shown = (side: Side) =>
    createMemo(() => panels.filter(panel => panel.side === side && panel.visible?.(services) !== false))
  const left = shown('left')
  const right = shown('right')
  createEffect(() => shell.setHasPanels('right', right().length > 0))

  return (
    <div class={styles.shell} data-offline={trouble() === undefined ? undefined : ''}>
      <a class={styles.skip} href="#main">
        Skip to content
      </a>
      <Titlebar reconnecting={trouble()} />
      <div class={styles.middle}>
        <Show when={!shell.isMobile()}>
          <Sidebar side="left" label="Left sidebar" panels={left()} />
        </Show>
        <main class={styles.main} id="main" tabindex={-1} data-region="main">
          <Centre />
        </main>
        <Show when={!shell.isMobile() && right().length > 0}>
          <Sidebar side="right" label="Right sidebar" panels={right()} />
        </Show>
      </div>
      <Show when={!shell.isMobile()}>
        <StatusBar reconnecting={trouble()} now={now()} />
      </Show>
      <Drawer side="left" label="Workspaces" panels={left()} />
      <Drawer side="right" label="Files" panels={right()} />
      <DialogHost stack={dialogs} />
      <Suspense>
        <Show when={session.keyChange()} keyed>
          {change => <KeyChangeDialog change={change} />}
        </Show>
      </Suspense>
      <Toasts />
      <TooltipLayer />
    </div>
  )
}
