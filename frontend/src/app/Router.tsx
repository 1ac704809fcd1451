// Addresses: `/` and `/o/{slug}` lead to the last workspace, `/o/{slug}/workspace/{id}` shows one.
import { Navigate, Route, Router, useLocation, useNavigate, useParams } from '@solidjs/router'
import { createEffect, createMemo, ErrorBoundary, type JSX, on, Show } from 'solid-js'
import { titleOf } from '../features/workspace'
import { ErrorPanel } from '../ui'
import { createServices } from './create-services'
import type { Feature } from './feature'
import { listenToKeys } from './key-listener'
import { NotFound } from './NotFound'
import { type Navigation, ServicesContext, useServices } from './services'
import type { AppSession } from './session-port'
import { Shell } from './shell/Shell'

export function AppRouter(props: { readonly session: AppSession; readonly features: readonly Feature[] }) {
  return (
    <Router
      root={root => (
        <Application session={props.session} features={props.features}>
          {root.children}
        </Application>
      )}
    >
      <Route path="/" component={() => <Navigate href={`/o/${props.session.organization.slug}`} />} />
      <Route path="/login" component={() => <Navigate href="/" />} />
      <Route path="/signup" component={() => <Navigate href="/" />} />
      <Route path="/setup" component={() => <Navigate href="/" />} />
      <Route path={['/o/:slug', '/o/:slug/workspace/:workspaceId']} component={WorkspacePage} />
      <Route path="*" component={MissingPage} />
    </Router>
  )
}

function Application(props: {
  readonly session: AppSession
  readonly features: readonly Feature[]
  readonly children?: JSX.Element
}) {
  const navigate = useNavigate()
  // A session and its features live as long as the page.
  // oxlint-disable-next-line solid/reactivity
  const home = `/o/${props.session.organization.slug}`
  const navigation: Navigation = {
    openWorkspace: id => navigate(`${home}/workspace/${id}`),
    openDashboard: () => navigate(home),
  }
  const { services, keymap } = createServices(props.session, navigation, props.features)
  listenToKeys(services, keymap)
  return <ServicesContext.Provider value={services}>{props.children}</ServicesContext.Provider>
}

function WorkspacePage() {
  const { session, layout, view, dialogs, toasts, navigation } = useServices()
  const params = useParams<{ slug: string; workspaceId?: string }>()
  const location = useLocation()
  const navigate = useNavigate()
  const isOurs = createMemo(() => params.slug === session.organization.slug)

  createEffect(() => view.setWorkspace(isOurs() ? params.workspaceId : undefined))
  // The dashboard goes on to a workspace, unless one is just being made.
  createEffect(() => {
    const workspaces = layout.workspaces()
    if (!isOurs() || params.workspaceId !== undefined || !workspaces?.length || dialogs.open().length > 0) return
    const last = workspaces.find(workspace => workspace.id === view.lastWorkspaceId()) ?? workspaces[0]
    if (last) navigate(`${location.pathname.replace(/\/$/, '')}/workspace/${last.id}`, { replace: true })
  })
  // The shown workspace was deleted by another window.
  createEffect(
    on(view.workspace, (now, before) => {
      if (now !== undefined || before === undefined || view.workspaceId() !== before.id) return
      toasts.show({ kind: 'info', text: `“${titleOf(before)}” was deleted.` })
      navigation.openDashboard()
    }),
  )
  useDocumentTitle(() => {
    if (!isOurs()) return 'Not Found'
    const workspace = view.workspace()
    if (workspace) return titleOf(workspace)
    return params.workspaceId === undefined || layout.workspaces() === undefined ? 'Dashboard' : 'Not Found'
  })

  return (
    <Show when={isOurs()} fallback={<NotFound alone />}>
      <ErrorBoundary
        fallback={(error: unknown, reset) => (
          <ErrorPanel
            title="LeapMux failed to draw"
            text={error instanceof Error ? error.message : String(error)}
            details={error instanceof Error ? error.stack : undefined}
            action={{ label: 'Retry', run: reset }}
          />
        )}
      >
        <Shell />
      </ErrorBoundary>
    </Show>
  )
}

function MissingPage() {
  useDocumentTitle(() => 'Not Found')
  return <NotFound alone />
}

function useDocumentTitle(part: () => string): void {
  createEffect(() => {
    document.title = `${part()} - LeapMux`
  })
}
