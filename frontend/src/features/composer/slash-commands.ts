// Offers the agent's own slash commands at the start of a message.
import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import type { SlashCommand } from '../../gen/leapmux/worker/v1/agent_pb'

type Known = Pick<SlashCommand, 'name' | 'description'>

/** Commands with one leading slash, whatever the agent calls them. */
export function commandCompletions(commands: readonly Known[]): readonly Completion[] {
  return commands.map(command => ({
    label: `/${command.name.replace(/^\/+/, '')}`,
    detail: command.description.split('\n', 1)[0] ?? '',
    type: 'keyword',
  }))
}

export function slashCommands(commands: () => readonly Known[]): Extension {
  const source = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/^\/[\w:.-]*/)
    if (word === null || word.from !== 0) return null
    return { from: 0, options: commandCompletions(commands()), validFor: /^\/[\w:.-]*$/ }
  }
  return autocompletion({ override: [source], icons: false, defaultKeymap: true, maxRenderedOptions: 50 })
}
