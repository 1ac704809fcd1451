// The application once a session is open.

import { features } from './features'
import { AppRouter } from './Router'
import type { AppSession } from './session-port'

export default function App(props: { readonly session: AppSession }) {
  return <AppRouter session={props.session} features={features} />
}
