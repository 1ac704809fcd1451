// Development only: panes fed with made-up data, one view per address (`?view=chat&theme=dark`). Never part of a build.
import 'virtual:tokens.css'
import '../../design/fonts.css'
import '../../design/base.css'
import { createRoot, Suspense } from 'solid-js'
import { Dynamic, render } from 'solid-js/web'
import { ServicesContext } from '../../app/services'
import AgentPane from '../../features/agent/AgentPane'
import TerminalPane from '../../features/terminal/TerminalPane'
import { AgentState } from '../../gen/leapmux/worker/v1/agent_pb'
import { agentMethods as api } from '../../rpc/methods'
import { TooltipLayer } from '../../ui'
import { createFakeWorker } from '../fake-worker'
import { agentScenes } from './scenes'
import { galleryServices } from './services'
import { terminalScenes } from './terminal-scenes'

const parameters = new URLSearchParams(location.search)
const theme = parameters.get('theme') === 'light' ? 'light' : 'dark'
const view = parameters.get('view') ?? 'chat'
document.documentElement.dataset.theme = theme

const worker = createFakeWorker()
const services = createRoot(() => galleryServices(worker, theme))
worker.onWatch(method => {
  if (method === 'agent.Watch') void agentScenes(view, worker)
  if (method === 'terminal.Attach') void terminalScenes(view, worker)
})
worker.on(api.rawLines, () => ({ lines: ['{"raw":true}'] }))
Object.assign(window, { worker, api, AgentState, services })

render(
  () => (
    <ServicesContext.Provider value={services}>
      <Suspense>
        <main style={{ height: '100vh' }}>
          <Dynamic
            component={view.startsWith('terminal') ? TerminalPane : AgentPane}
            tabId="tab_1"
            workerId="w"
            workspaceId="ws"
            visible
            focused
            editable
          />
        </main>
      </Suspense>
      <TooltipLayer />
    </ServicesContext.Provider>
  ),
  document.getElementById('root') as HTMLElement,
)
