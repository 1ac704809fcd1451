// Addresses: `/` and `/o/{slug}` lead to the last workspace, `/o/{slug}/workspace/{id}` shows one.
import { Navigate, Route, Router, useLocation, useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, ErrorBoundary, type JSX, lazy, on, Show, Suspense } from 'solid-js'
import { titleOf } from '../features/workspace'
import { sameSitePath } from '../lib/same-site'
import { ErrorPanel } from '../ui'
import { createServices } from './create-services'
import { DialogHost } from './dialog-stack'
import { useDocumentTitle } from './document-title'
import type { Feature } from './feature'
import { listenToKeys } from './key-listener'
import { NotFound } from './NotFound'
import { type Navigation, ServicesContext, useServices } from './services'
import type { AppSession } from './session-port'
import { Shell } from './shell/Shell'

const OrganizationPage = lazy(() => import('../features/organization/OrganizationPage'))

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
      <Route path={['/login', '/signup', '/setup']} component={SignedInAlready} />
      <Route path="/o/:slug/org" component={OrganizationSettings} />
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
  const address = useLocation()
  const home = createMemo(() => `/o/${props.session.organization.slug}`)
  const navigation: Navigation = {
    openWorkspace: id => navigate(`${home()}/workspace/${id}`),
    openDashboard: () => navigate(home()),
    openOrganization: () => navigate(`${home()}/org`),
    switchOrganization: slug => location.assign(`/o/${slug}`),
  }
  // A user with a new name has a new address.
  createEffect(
    on(home, (now, before) => {
      const { pathname } = address
      if (before !== undefined && `${pathname}/`.startsWith(`${before}/`)) {
        navigate(now + pathname.slice(before.length), { replace: true })
      }
    }),
  )
  const { services, keymap } = createServices(props.session, navigation, props.features)
  listenToKeys(services, keymap)
  return <ServicesContext.Provider value={services}>{props.children}</ServicesContext.Provider>
}

function WorkspacePage() {
  const { session, layout, view, dialogs, toasts, navigation } = useServices()
  const params = useParams<{ slug: string; workspaceId?: string }>()
  const location = useLocation()
  const navigate = useNavigate()
  // Names this page has had: it is on its way from an old one to a new one.
  const slugs = createMemo<ReadonlySet<string>>(known => new Set([...known, session.organization.slug]), new Set())
  const isOurs = createMemo(() => slugs().has(params.slug))

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

/** Solo mode has one organization and nothing to set. */
function OrganizationSettings() {
  const { session, dialogs } = useServices()
  const params = useParams<{ slug: string }>()
  useDocumentTitle(() => 'Organization')
  return (
    <Show when={params.slug === session.organization.slug} fallback={<NotFound alone />}>
      <Show when={session.organizations} fallback={<Navigate href="/" />}>
        {organizations => (
          <Suspense>
            <OrganizationPage organizations={organizations()} />
            <DialogHost stack={dialogs} />
          </Suspense>
        )}
      </Show>
    </Show>
  )
}

/** Whoever is inside goes where the door would have led. */
function SignedInAlready() {
  const [search] = useSearchParams<{ redirect?: string }>()
  return <Navigate href={sameSitePath(search.redirect)} />
}

function MissingPage() {
  useDocumentTitle(() => 'Not Found')
  return <NotFound alone />
}
