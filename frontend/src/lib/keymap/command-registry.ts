// Commands and the keys bound to them. Menus, tooltips, the palette and the key listener all read this one registry.
import { type Accessor, createSignal } from 'solid-js'

export interface Command {
  /** `app.newAgent` */
  readonly id: string
  readonly title: string
  /** Extra words the palette finds it by. */
  readonly keywords?: string
  /** Offered in the palette unless false. */
  readonly palette?: boolean
  /** False: greyed out of palette and keys right now. */
  readonly enabled?: () => boolean
  run(): void
}

export interface Binding {
  /** `$mod+Shift+n`: modifiers, then one key (spec KEY-2). */
  readonly key: string
  readonly command: string
  /** Expression over the key contexts (spec KEY-7); empty: always. */
  readonly when?: string
}

export interface CommandRegistry {
  /** Adds commands until the returned function is called. */
  register(commands: Command | readonly Command[]): () => void
  bind(bindings: Binding | readonly Binding[]): () => void
  readonly commands: Accessor<readonly Command[]>
  readonly bindings: Accessor<readonly Binding[]>
  get(id: string): Command | undefined
  /** True when the command exists, is enabled and ran. */
  run(id: string): boolean
}

export function createCommandRegistry(): CommandRegistry {
  const [commands, setCommands] = createSignal<readonly Command[]>([])
  const [bindings, setBindings] = createSignal<readonly Binding[]>([])

  const get = (id: string): Command | undefined => commands().find(command => command.id === id)

  return {
    commands,
    bindings,
    get,
    register(added) {
      const list = [added].flat() as readonly Command[]
      setCommands(all => [...all, ...list])
      return () => void setCommands(all => all.filter(command => !list.includes(command)))
    },
    bind(added) {
      const list = [added].flat() as readonly Binding[]
      setBindings(all => [...all, ...list])
      return () => void setBindings(all => all.filter(binding => !list.includes(binding)))
    },
    run(id) {
      const command = get(id)
      if (!command || command.enabled?.() === false) return false
      command.run()
      return true
    },
  }
}
