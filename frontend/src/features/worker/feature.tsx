// The Workers of the sidebar, and registering another one.
import { lazy } from 'solid-js'
import type { Feature } from '../../app/feature'
import { MonitorIcon } from '../../ui/icons'
import { RegisterWorkerButton, WorkersSection } from './WorkersSection'

const RegisterWorkerDialog = lazy(() => import('./RegisterWorkerDialog'))

export const workerFeature: Feature = {
  id: 'worker',
  panels: [
    {
      id: 'workers',
      side: 'left',
      title: 'Workers',
      Icon: MonitorIcon,
      Content: WorkersSection,
      Actions: RegisterWorkerButton,
    },
  ],
  commands({ session, dialogs }) {
    const { registration } = session
    if (!registration) return []
    return [
      {
        id: 'app.registerWorker',
        title: 'Register Worker',
        keywords: 'add machine connect host',
        run: () => void dialogs.show(close => <RegisterWorkerDialog registration={registration} onClose={close} />),
      },
    ]
  },
}
