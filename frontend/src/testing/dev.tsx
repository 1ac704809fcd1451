// The dev pages: `/dev/gallery` shows every component in every state, `/dev/shell` the frame over a fake session.
import { render } from 'solid-js/web'
import 'virtual:tokens.css'
import '../design/fonts.css'
import '../design/base.css'
import App from '../app/App'
import { createFakeSession, type FakeSession } from './fake-session'
import { Gallery } from './Gallery'

declare global {
  interface Window {
    /** For scripts that drive the dev page. */
    fake?: FakeSession
  }
}

const root = document.getElementById('root')
if (root && location.pathname === '/dev/gallery') {
  render(() => <Gallery />, root)
} else if (root) {
  const session = createFakeSession(new URLSearchParams(location.search).has('empty') ? [] : undefined)
  window.fake = session
  history.replaceState(null, '', '/')
  render(() => <App session={session} />, root)
}
