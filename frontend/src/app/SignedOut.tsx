// The pages of those who have not signed in; every other address leads to one of them and back (spec WSP-11, WSP-14).
import { Navigate, Route, Router, useLocation, useSearchParams } from '@solidjs/router'
import { LoginPage, SetupPage, SignUpPage } from '../features/account/auth-pages'
import { loginPath, sameSitePath } from '../lib/same-site'
import { useDocumentTitle } from './document-title'
import type { Door, NewAccount, SystemInfo } from './door'

export default function SignedOut(props: {
  readonly door: Door
  readonly info: SystemInfo
  /** Somebody signed in; rejects when the page cannot see it. */
  readonly onSignedIn: (path: string) => Promise<void>
}) {
  /** Where the door leads: back to the address that was asked for. */
  function useWayBack() {
    const [search] = useSearchParams<{ redirect?: string }>()
    const path = (): string => sameSitePath(search.redirect)
    return {
      path,
      /** `/login` or `/signup`, with the way back. */
      href: (page: '/login' | '/signup'): string => loginPath(path()).replace('/login', page),
      auth: {
        async login(username: string, password: string) {
          await props.door.login(username, password)
          await props.onSignedIn(path())
        },
        async signUp(account: NewAccount) {
          await props.door.signUp(account)
          await props.onSignedIn(path())
        },
      },
    }
  }

  function Login() {
    useDocumentTitle(() => 'Login')
    const back = useWayBack()
    return <LoginPage auth={back.auth} signUpHref={props.info.signupEnabled ? back.href('/signup') : undefined} />
  }
  function SignUp() {
    useDocumentTitle(() => 'Sign Up')
    const back = useWayBack()
    return <SignUpPage auth={back.auth} isEnabled={props.info.signupEnabled} loginHref={back.href('/login')} />
  }
  function Setup() {
    useDocumentTitle(() => 'Setup')
    const back = useWayBack()
    return <SetupPage auth={back.auth} />
  }
  function Elsewhere() {
    const { pathname, search } = useLocation()
    return <Navigate href={props.info.needsSetup ? '/setup' : loginPath(pathname + search)} />
  }

  return (
    <Router>
      <Route path="/login" component={props.info.needsSetup ? Elsewhere : Login} />
      <Route path="/signup" component={props.info.needsSetup ? Elsewhere : SignUp} />
      <Route path="/setup" component={props.info.needsSetup ? Setup : Elsewhere} />
      <Route path="*" component={Elsewhere} />
    </Router>
  )
}
