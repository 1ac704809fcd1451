// Profile and leaving; nothing in solo mode, where nobody signs in.
import { lazy } from 'solid-js'
import type { Feature } from '../../app/feature'

const ProfileDialog = lazy(() => import('./ProfileDialog'))

export const accountFeature: Feature = {
  id: 'account',
  commands({ session, dialogs, toasts }) {
    const { account } = session
    if (!account) return []
    return [
      {
        id: 'app.openProfile',
        title: 'Open Profile',
        keywords: 'account password email username sessions',
        run: () => void dialogs.show(close => <ProfileDialog account={account} onClose={close} />),
      },
      {
        id: 'app.logOut',
        title: 'Log Out',
        keywords: 'sign out leave',
        run: () => {
          account.logOut().catch((cause: unknown) => {
            const reason = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : ''
            toasts.show({ kind: 'danger', text: `Failed to log out${reason}` })
          })
        },
      },
    ]
  },
}
