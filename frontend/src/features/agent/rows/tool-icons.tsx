// Signs of tools and of how they ended.
import { Match, Switch } from 'solid-js'
import { type ToolCall, ToolStatus } from '../../../gen/leapmux/worker/v1/agent_pb'
import { Spinner } from '../../../ui'
import {
  BrainIcon,
  CheckIcon,
  CircleXIcon,
  FileEditIcon,
  FileIcon,
  FileRemoveIcon,
  FileTextIcon,
  GlobeIcon,
  type IconType,
  ListChecksIcon,
  MapIcon,
  MinusIcon,
  PlugIcon,
  SearchIcon,
  SubAgentIcon,
  TerminalIcon,
  WrenchIcon,
} from '../../../ui/icons'
import { strings } from '../strings'
import { commandState, type ToolIcon } from '../tool-view'
import styles from './ToolRow.module.css'

const ICONS: Readonly<Record<ToolIcon, IconType>> = {
  read: FileTextIcon,
  edit: FileEditIcon,
  delete: FileRemoveIcon,
  move: FileIcon,
  search: SearchIcon,
  execute: TerminalIcon,
  think: BrainIcon,
  fetch: GlobeIcon,
  mode: MapIcon,
  task: SubAgentIcon,
  mcp: PlugIcon,
  todo: ListChecksIcon,
  other: WrenchIcon,
}

export function toolIcon(name: ToolIcon): IconType {
  return ICONS[name]
}

export function ToolStatusIcon(props: { readonly tool: ToolCall }) {
  const label = () => commandState(props.tool) ?? strings.tool.running
  return (
    <span class={styles.status} data-tooltip={label()}>
      <Switch fallback={<MinusIcon size={14} class={styles.stopped} />}>
        <Match when={props.tool.status === ToolStatus.RUNNING}>
          <Spinner size={12} label="" />
        </Match>
        <Match when={props.tool.status === ToolStatus.OK}>
          <CheckIcon size={14} class={styles.ok} />
        </Match>
        <Match when={props.tool.status === ToolStatus.FAILED}>
          <CircleXIcon size={14} class={styles.failed} />
        </Match>
      </Switch>
      <span class="visually-hidden">{label()}</span>
    </span>
  )
}
