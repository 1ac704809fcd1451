// Every component of `ui/` in every state, for axe and for the eye.
import { createSignal, For, type JSX, Show } from 'solid-js'
import {
  Button,
  Checkbox,
  ContextMenu,
  Dialog,
  DialogFooter,
  Divider,
  EmptyState,
  ErrorPanel,
  IconButton,
  Kbd,
  Menu,
  Popover,
  RadioGroup,
  SegmentedControl,
  Select,
  Skeleton,
  Spinner,
  StatusDot,
  Switch,
  TextField,
  Toast,
  TooltipLayer,
  Tree,
} from '../ui'
import { ColumnsIcon, PlusIcon, RefreshIcon, RowsIcon, TrashIcon, XIcon } from '../ui/icons'
import styles from './Gallery.module.css'

function Card(props: { readonly title: string; readonly children: JSX.Element }) {
  return (
    <section class={styles.card}>
      <h2 class={styles.title}>{props.title}</h2>
      {props.children}
    </section>
  )
}

const NODES = [
  {
    id: 'src',
    label: 'src',
    children: [
      { id: 'app', label: 'app', children: [] },
      { id: 'main', label: 'main.tsx' },
    ],
  },
  { id: 'docs', label: 'docs', children: [] },
  { id: 'readme', label: 'README.md' },
]

export function Gallery() {
  const [isDark, setDark] = createSignal(document.documentElement.dataset.theme === 'dark')
  const [dialog, setDialog] = createSignal(false)
  const [text, setText] = createSignal('')
  const [choice, setChoice] = createSignal<string>('one')
  const [isOn, setOn] = createSignal(true)
  const [open, setOpen] = createSignal<readonly string[]>(['src'])
  const [node, setNode] = createSignal('app')
  const entries = () => [
    { label: 'Split vertically', icon: ColumnsIcon, shortcut: 'Ctrl+Shift+\\', run: () => undefined },
    { label: 'Split horizontally', icon: RowsIcon, disabled: true, run: () => undefined },
    { type: 'separator' as const },
    { label: 'Expand agent thoughts', checked: isOn(), run: () => setOn(!isOn()) },
    {
      type: 'group' as const,
      label: 'Terminals',
      entries: [{ label: '/usr/bin/zsh', code: true, note: '(default)', run: () => undefined }],
    },
    { label: 'Delete', icon: TrashIcon, tone: 'danger' as const, run: () => undefined },
  ]
  return (
    <main class={styles.gallery}>
      <h1 class={styles.heading}>Components</h1>
      <Switch
        label="Dark"
        checked={isDark()}
        onChange={dark => {
          setDark(dark)
          document.documentElement.dataset.theme = dark ? 'dark' : 'light'
        }}
      />
      <Card title="Button">
        <For each={['primary', 'default', 'quiet', 'danger'] as const}>
          {variant => (
            <div class={styles.row}>
              <Button variant={variant}>{variant}</Button>
              <Button variant={variant} icon={PlusIcon} shortcut="Ctrl+N">
                With icon
              </Button>
              <Button variant={variant} disabled>
                Disabled
              </Button>
              <Button variant={variant} disabled disabledReason="Verify your email first">
                With reason
              </Button>
              <Button variant={variant} busy busyLabel="Creating...">
                Create
              </Button>
            </div>
          )}
        </For>
        <div class={styles.row}>
          <For each={['xs', 'sm', 'md', 'lg'] as const}>{size => <Button size={size}>Size {size}</Button>}</For>
        </div>
      </Card>
      <Card title="Icon button, key, spinner, divider">
        <div class={styles.row}>
          <IconButton icon={PlusIcon} label="Add" shortcut="Ctrl+N" />
          <IconButton icon={RefreshIcon} label="Refresh" busy />
          <IconButton icon={XIcon} label="Close" size="xs" />
          <IconButton icon={ColumnsIcon} label="Pressed" aria-pressed="true" />
          <IconButton icon={TrashIcon} label="Delete" tone="danger" size="md" />
          <IconButton icon={TrashIcon} label="Disabled" disabled />
          <Kbd keys="Ctrl+Shift+P" />
          <Spinner />
        </div>
        <Divider />
      </Card>
      <Card title="Status">
        <div class={styles.row}>
          <For each={['running', 'waiting', 'done', 'failed', 'offline', 'unread', 'connecting'] as const}>
            {status => (
              <span class={styles.status}>
                <StatusDot status={status} /> {status}
              </span>
            )}
          </For>
        </div>
      </Card>
      <Card title="Fields">
        <TextField label="Title" placeholder="New Workspace" value={text()} onInput={setText} hint="Shown in the sidebar." />
        <TextField label="Session" mono value="$bad" onInput={() => undefined} error="Session ID contains invalid characters." />
        <TextField label="Disabled" value="Nothing to change" onInput={() => undefined} disabled />
        <Select
          label="Worker"
          options={[
            { value: 'one', label: 'build-box (0.1.0, linux, x86_64)' },
            { value: 'two', label: 'laptop (0.1.0, macos, aarch64)' },
          ]}
          value={choice()}
          onChange={setChoice}
          actions={<IconButton icon={RefreshIcon} label="Refresh workers" size="xs" />}
        />
        <Select label="Empty" options={[]} value={undefined} onChange={() => undefined} placeholder="No workers online" />
      </Card>
      <Card title="Choices">
        <Checkbox label="Remember" hint="On this browser only" checked={isOn()} onChange={setOn} />
        <Switch label="Custom fonts" checked={isOn()} onChange={setOn} />
        <RadioGroup
          label="Where to"
          options={[
            { value: 'one', label: 'Tile 1 of 2', hint: 'Agent Ada' },
            { value: 'two', label: 'Tile 2 of 2', hint: 'Empty' },
          ]}
          value={choice()}
          onChange={setChoice}
        />
        <SegmentedControl
          label="Theme"
          options={[
            { value: 'one', label: 'Dark' },
            { value: 'two', label: 'Light' },
          ]}
          value={choice()}
          onChange={setChoice}
        />
      </Card>
      <Card title="Menus and surfaces">
        <div class={styles.row}>
          <Menu
            entries={entries}
            trigger={trigger => (
              <button {...trigger} class={styles.trigger} type="button">
                Menu
              </button>
            )}
          />
          <Popover
            label="Details"
            trigger={trigger => (
              <button {...trigger} class={styles.trigger} type="button">
                Popover
              </button>
            )}
          >
            Some details that are not a menu.
          </Popover>
          <ContextMenu entries={entries}>
            <span class={styles.trigger}>Right click</span>
          </ContextMenu>
          <Button onClick={() => setDialog(true)}>Dialog</Button>
        </div>
        <Show when={dialog()}>
          <Dialog
            title="New workspace"
            onClose={() => setDialog(false)}
            footer={
              <DialogFooter note="A note at the left.">
                <Button onClick={() => setDialog(false)}>Cancel</Button>
                <Button variant="primary">Create</Button>
              </DialogFooter>
            }
          >
            <TextField label="Title" value={text()} onInput={setText} />
          </Dialog>
        </Show>
      </Card>
      <Card title="Tree">
        <Tree
          label="Files"
          nodes={NODES}
          isExpanded={id => open().includes(id)}
          onToggle={id => setOpen(open().includes(id) ? open().filter(each => each !== id) : [...open(), id])}
          selected={node()}
          onSelect={setNode}
        />
      </Card>
      <Card title="Toasts">
        <For each={['info', 'success', 'warning', 'danger'] as const}>
          {kind => (
            <Toast
              kind={kind}
              text={`Something happened that is ${kind}.`}
              count={kind === 'danger' ? 3 : 1}
              onDismiss={() => undefined}
            />
          )}
        </For>
      </Card>
      <Card title="Nothing, loading, failed">
        <div class={styles.box}>
          <EmptyState text="No tabs in this tile." />
        </div>
        <Skeleton widths={['40%', '75%', '60%']} />
        <div class={styles.box}>
          <ErrorPanel
            title="Claude Code failed to start"
            text="The directory /srv/gone does not exist."
            action={{ label: 'Retry', run: () => undefined }}
            details="spawn: No such file or directory"
          />
        </div>
        <ErrorPanel inline title="Failed to create agent" text="worker is offline" />
      </Card>
      <TooltipLayer />
    </main>
  )
}
