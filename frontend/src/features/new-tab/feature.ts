// Commands that open agents and terminals.
import type { Feature } from '../../app/feature'
import { openAgent, openTerminal, showNewAgent, showNewTerminal } from './quick-open'

export const newTabFeature: Feature = {
  id: 'new-tab',
  commands: services => {
    const hasWorkspace = (): boolean => services.view.workspace()?.editable === true
    return [
      {
        id: 'app.newAgent',
        title: 'New Agent',
        run() {
          // Without a workspace there is nowhere to put it: that comes first.
          if (services.view.workspace()) openAgent(services)
          else services.commands.run('app.newWorkspaceDialog')
        },
      },
      { id: 'app.newTerminal', title: 'New Terminal', enabled: hasWorkspace, run: () => openTerminal(services) },
      { id: 'app.newAgentDialog', title: 'New Agent Dialog', enabled: hasWorkspace, run: () => showNewAgent(services) },
      { id: 'app.newTerminalDialog', title: 'New Terminal Dialog', enabled: hasWorkspace, run: () => showNewTerminal(services) },
    ]
  },
  bindings: [
    { key: '$mod+n', command: 'app.newAgent', when: '!dialogOpen' },
    { key: 'Alt+Shift+n', command: 'app.newAgent', when: '!dialogOpen' },
    { key: '$mod+t', command: 'app.newTerminal', when: '!dialogOpen' },
    { key: 'Alt+Shift+t', command: 'app.newTerminal', when: '!dialogOpen' },
    { key: '$mod+Shift+n', command: 'app.newAgentDialog', when: '!dialogOpen' },
    { key: '$mod+Shift+t', command: 'app.newTerminalDialog', when: '!dialogOpen' },
  ],
}
