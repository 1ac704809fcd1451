// Services for the gallery: real stores over a fake Worker.
import { createSignal } from 'solid-js'
import type { Services } from '../../app/services'
import { createAgentStores } from '../../features/agent'
import { createDraftStore } from '../../features/composer'
import { createToastStore } from '../../features/notification/toast-store'
import { createPreferencesStore } from '../../features/settings/preferences-store'
import { createRendererLeases } from '../../features/terminal'
import { listProviders, systemInfo } from '../../features/worker/worker-api'
import { createWorkerDirectory } from '../../features/worker/worker-directory'
import { createMemoryStorage, createStorage } from '../../lib/storage'
import type { FakeWorker } from '../fake-worker'

export function galleryServices(worker: FakeWorker, theme: 'light' | 'dark'): Services {
  const storage = createStorage(createMemoryStorage())
  const workers = { get: () => worker }
  const [prefersDark] = createSignal(theme === 'dark')
  const preferences = createPreferencesStore(storage, prefersDark)
  worker.on(systemInfo, () => ({ name: 'atlas', version: '0.1.0', os: 'linux', arch: 'x86_64', homeDir: '/home/ada' }))
  worker.on(listProviders, () => ({
    providers: [
      {
        id: 'claude',
        label: 'Claude Code',
        installed: true,
        acceptsImages: true,
        acceptsPdf: true,
        planOption: 'permissionMode',
        bypassOption: 'permissionMode',
        bypassValue: 'bypassPermissions',
      },
    ],
  }))
  const services: Partial<Services> = {
    workers,
    workerDirectory: createWorkerDirectory(workers, storage),
    toasts: createToastStore(),
    preferences,
    storage,
    view: { focusRequest: () => 0 } as unknown as Services['view'],
    tabs: { get: () => undefined } as unknown as Services['tabs'],
    agents: createAgentStores({ workers, storage, showHidden: preferences.showHidden }),
    drafts: createDraftStore(storage),
    rendererLeases: createRendererLeases(() => false),
  }
  return services as Services
}
