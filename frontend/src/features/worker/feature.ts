// The Workers of the sidebar.
import type { Feature } from '../../app/feature'
import { MonitorIcon } from '../../ui/icons'
import { WorkersSection } from './WorkersSection'

export const workerFeature: Feature = {
  id: 'worker',
  panels: [{ id: 'workers', side: 'left', title: 'Workers', Icon: MonitorIcon, Content: WorkersSection }],
}
