// One row of the chat: finds its items and draws them by what they are.
import { createMemo, Match, Switch } from 'solid-js'
import type { Item } from '../../gen/leapmux/worker/v1/agent_pb'
import { CollapseIcon, ColumnsIcon, ExpandIcon, RowsIcon } from '../../ui/icons'
import { Markdown } from '../markdown'
import { useAgent } from './agent-context'
import type { Row } from './rows'
import { ExitRow } from './rows/ExitRow'
import { NoticesRow } from './rows/NoticesRow'
import { PlanRow } from './rows/PlanRow'
import { ReadsRow } from './rows/ReadsRow'
import { PermissionRow, QuestionRow } from './rows/RequestRow'
import { BrokenRow, RowFrame } from './rows/RowFrame'
import type { RowAction } from './rows/RowToolbar'
import { ThinkingRow } from './rows/ThinkingRow'
import { ToolRow } from './rows/ToolRow'
import { TurnEndRow } from './rows/TurnEndRow'
import { isToolExpanded } from './rows/tool-expansion'
import { UserRow } from './rows/UserRow'
import { strings } from './strings'

type Body = Exclude<Item['body'], { case: undefined }>
type BodyOf<C extends Body['case']> = Extract<Body, { case: C }>['value']

const LABELS: Partial<Record<Body['case'], string>> = { userMessage: strings.you, text: strings.assistant }
const TIGHT = new Set<string>(['tool', 'notice'])

export function ChatRow(props: { readonly row: Row }) {
  const { store } = useAgent()
  const item = () => store.item(props.row.ids[0] ?? '')
  const bodyCase = createMemo(() => item()?.body.case)
  const as = <C extends Body['case']>(name: C) => {
    const body = item()?.body
    return body?.case === name ? (body.value as unknown as BodyOf<C>) : undefined
  }
  const id = () => props.row.ids[0] ?? ''
  const actions = createRowActions(() => props.row, item)
  const label = () => LABELS[bodyCase() as Body['case']]

  return (
    <RowFrame
      item={item()}
      depth={props.row.depth}
      scopeChanged={props.row.scopeChanged}
      isTight={TIGHT.has(bodyCase() ?? '')}
      label={label()}
      kind={bodyCase() ?? 'unknown'}
      actions={actions()}
      hasToolbar={bodyCase() !== 'turnEnd' && bodyCase() !== 'notice'}
    >
      <Switch fallback={<BrokenRow item={item()} />}>
        <Match when={props.row.kind === 'reads'}>
          <ReadsRow rowKey={props.row.key} ids={props.row.ids} />
        </Match>
        <Match when={props.row.kind === 'notices' || as('notice')}>
          <NoticesRow ids={props.row.ids} />
        </Match>
        <Match when={as('userMessage')}>{message => <UserRow itemId={id()} message={message()} />}</Match>
        <Match when={as('text')}>{block => <Markdown text={block().text} isOpen={item()?.open === true} />}</Match>
        <Match when={as('thinking')}>
          {block => <ThinkingRow itemId={id()} text={block().text} isOpen={item()?.open === true} />}
        </Match>
        <Match when={as('tool')}>{tool => <ToolRow itemId={id()} tool={tool()} />}</Match>
        <Match when={as('plan')}>{plan => <PlanRow plan={plan()} />}</Match>
        <Match when={as('permission')}>{request => <PermissionRow request={request()} />}</Match>
        <Match when={as('question')}>{request => <QuestionRow request={request()} />}</Match>
        <Match when={as('turnEnd')}>{end => <TurnEndRow end={end()} />}</Match>
        <Match when={as('processExit')}>{exit => <ExitRow exit={exit()} />}</Match>
      </Switch>
    </RowFrame>
  )
}

/** "Expand"/"Collapse", and the layout switch of rows that show a change. */
function createRowActions(row: () => Row, item: () => Item | undefined): () => readonly RowAction[] {
  const { store, diffLayout, setDiffLayout } = useAgent()
  return () => {
    const body = item()?.body
    const id = row().ids[0] ?? ''
    if (row().kind !== 'item' || body?.case !== 'tool') return []
    const isExpanded = isToolExpanded(body.value, store.isExpanded(id))
    const actions: RowAction[] = [
      {
        label: isExpanded ? strings.collapse : strings.expand,
        icon: isExpanded ? CollapseIcon : ExpandIcon,
        run: () => store.setExpanded(id, !isExpanded),
      },
    ]
    if (body.value.diffs.length > 0 && isExpanded) {
      const isSplit = diffLayout(id) === 'split'
      actions.push({
        label: isSplit ? strings.unifiedView : strings.splitView,
        icon: isSplit ? RowsIcon : ColumnsIcon,
        run: () => setDiffLayout(id, isSplit ? 'unified' : 'split'),
      })
    }
    return actions
  }
}
