// Where messages are written: attachments, text, and what goes with sending.
import type { EditorView } from '@codemirror/view'
import { createEffect, createSignal, on, onMount, Show } from 'solid-js'
import { useServices } from '../../app/services'
import type { AgentStore } from '../agent/agent-store'
import type { ComposerRole } from '../approval'
import { AttachmentStrip } from './AttachmentStrip'
import { createAttachmentStore } from './attachment-store'
import styles from './Composer.module.css'
import { ComposerFooter } from './ComposerFooter'
import { createFileDrop, DropOverlay } from './DropOverlay'
import { Editor } from './Editor'
import { insertText } from './formatting'
import { planGroup, planToggle } from './plan-toggle'
import { isMac } from './platform-keys'
import { ResizeEdge } from './ResizeEdge'
import { strings } from './strings'
import { type Edit, Toolbar } from './Toolbar'

export interface ComposerProps {
  readonly tabId: string
  readonly workerId: string
  readonly store: AgentStore
  readonly provider: string
  readonly providerLabel: string
  /** Set while a request waits: the text is its answer. */
  readonly role: ComposerRole | undefined
  readonly hasRequest: boolean
  readonly editable: boolean
  readonly focused: boolean
  /** The element files may be dropped on. */
  readonly dropTarget: HTMLElement | undefined
}

export function Composer(props: ComposerProps) {
  const services = useServices()
  let view: EditorView | undefined
  let modeBeforePlan: string | undefined
  const [height, setHeight] = createSignal<number>()
  const provider = () => services.workerDirectory.provider(props.workerId, props.provider)
  const fail = (text: string) => void services.toasts.show({ kind: 'danger', text })
  const attachments = createAttachmentStore({
    accepts: () => ({
      images: provider()?.acceptsImages ?? false,
      pdf: provider()?.acceptsPdf ?? false,
      other: provider()?.acceptsOther ?? false,
    }),
    providerLabel: () => props.providerLabel,
    fail,
  })
  const draftId = () => props.role?.draftId ?? props.tabId
  const draft = () => services.drafts.draft(draftId())
  const canSend = () => props.editable && (draft().text().trim() !== '' || (attachments.files().length > 0 && !props.role))

  function send(): void {
    if (!canSend()) return
    const role = props.role
    // A question's text stays its answer until the whole set is sent.
    if (role !== undefined) role.send(draft().text())
    else props.store.send(services.drafts.take(draftId()), attachments.take())
  }
  function togglePlan(): boolean {
    const group = planGroup(props.store.status()?.options ?? [], provider()?.planOption ?? '')
    if (group === undefined) return false
    const values = group.values.map(option => option.value)
    const toggle = planToggle(props.store.option(group.id), modeBeforePlan, values)
    if (toggle === undefined) return false
    modeBeforePlan = toggle.previous
    props.store.setOption(group.id, toggle.next).catch(() => fail(strings.changeFailed(group.label)))
    return true
  }
  function edit(change: Edit): void {
    if (view === undefined) return
    view.dispatch(view.state.update(change(view.state), { userEvent: 'input', scrollIntoView: true }))
    view.focus()
  }

  const isDropping = createFileDrop(
    () => (props.editable ? props.dropTarget : undefined),
    (files, sendNow) => void attachments.add(files).then(() => sendNow && send()),
  )
  createEffect(() => {
    const insertion = services.drafts.draft(props.tabId).insertion()
    if (insertion === undefined || view === undefined) return
    services.drafts.taken(props.tabId)
    edit(state => insertText(state, insertion.text, insertion.mode))
  })
  /** On a touch screen the keyboard comes when it is tapped for. */
  const focus = () => {
    if (matchMedia('(pointer: fine)').matches) view?.focus()
  }
  onMount(() => {
    // Untracked: giving the focus runs everybody's handlers, and what they read must not bring it back here.
    createEffect(
      on(
        () => props.focused,
        focused => {
          if (focused && props.dropTarget?.contains(document.activeElement) !== true) focus()
        },
      ),
    )
    createEffect(on(services.view.focusRequest, () => props.focused && focus(), { defer: true }))
  })

  return (
    <div class={styles.composer} data-answering={props.hasRequest ? '' : undefined}>
      <div class={styles.card} data-disabled={props.editable ? undefined : ''}>
        <ResizeEdge height={height()} onResize={setHeight} editor={() => view?.dom} />
        <Show when={attachments.files().length > 0}>
          <AttachmentStrip files={attachments.files()} onRemove={attachments.remove} />
        </Show>
        <div
          class={styles.text}
          style={height() === undefined ? undefined : { height: `${height()}px` }}
          onClick={() => view?.focus()}
        >
          <Editor
            draftId={draftId()}
            text={draft().text()}
            label={strings.label(props.providerLabel)}
            placeholder={props.editable ? (props.role?.placeholder ?? strings.placeholder) : strings.readOnly}
            isReadOnly={!props.editable}
            keys={{
              enterSends: () => services.preferences.enterMode() === 'enter-sends',
              send,
              togglePlan,
            }}
            commands={() => props.store.status()?.commands ?? []}
            onInput={text => services.drafts.edit(draftId(), text)}
            onFiles={(files, isPaste) => void attachments.add(files, isPaste)}
            ref={created => (view = created)}
          />
        </div>
        <ComposerFooter
          store={props.store}
          workerId={props.workerId}
          providerLabel={props.providerLabel}
          hasRequest={props.hasRequest}
          editable={props.editable}
          canSend={canSend()}
          accepts={{
            images: provider()?.acceptsImages ?? false,
            pdf: provider()?.acceptsPdf ?? false,
            other: provider()?.acceptsOther ?? false,
          }}
          onSend={send}
          onFiles={files => void attachments.add(files)}
          toolbar={<Toolbar disabled={!props.editable} isMac={isMac()} onEdit={edit} />}
        />
      </div>
      <Show when={isDropping()}>
        <DropOverlay />
      </Show>
    </div>
  )
}
