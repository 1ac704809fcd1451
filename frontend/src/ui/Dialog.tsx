// A modal dialog: title, body, right-aligned footer. Escape and a click outside close it unless it is busy.
import { Dialog as KDialog } from '@kobalte/core/dialog'
import { type JSX, Show } from 'solid-js'
import styles from './Dialog.module.css'
import { ErrorPanel } from './ErrorPanel'
import { IconButton } from './IconButton'
import { XIcon } from './icons'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: JSX.Element
  /** What went wrong with the dialog's action. Stands between body and footer, in sight however far the body scrolls. */
  readonly failure?: { readonly title: string; readonly text: string } | undefined
  /** Drawn below the body, right-aligned: a `DialogFooter`. */
  readonly footer?: JSX.Element
  /** Cannot be closed now. */
  readonly busy?: boolean | undefined
  readonly size?: 'sm' | 'md' | 'lg' | undefined
  /** `alertdialog` for questions that interrupt. */
  readonly role?: 'dialog' | 'alertdialog' | undefined
  /** Body and footer become a form; Enter submits. */
  readonly onSubmit?: (() => void) | undefined
  /** Selector of what gets the focus first; otherwise the first field or button. */
  readonly initialFocus?: string | undefined
  /** No padding around the body. */
  readonly flush?: boolean | undefined
}

export function Dialog(props: DialogProps) {
  let content: HTMLElement | undefined

  const body = () => (
    <>
      <div class={styles.body} data-flush={props.flush ? '' : undefined}>
        {props.children}
      </div>
      <Show when={props.failure}>
        {failure => (
          <div class={styles.failure}>
            <ErrorPanel inline title={failure().title} text={failure().text} />
          </div>
        )}
      </Show>
      <Show when={props.footer}>{footer => <div class={styles.footer}>{footer()}</div>}</Show>
    </>
  )

  return (
    <KDialog open modal preventScroll={false} onOpenChange={isOpen => !isOpen && !props.busy && props.onClose()}>
      <KDialog.Portal>
        <KDialog.Overlay class={styles.overlay} />
        <div class={styles.positioner}>
          <KDialog.Content
            ref={(element: HTMLElement) => {
              content = element
            }}
            class={styles.dialog}
            role={props.role ?? 'dialog'}
            data-modal-open=""
            data-size={props.size ?? 'md'}
            aria-busy={props.busy ? 'true' : undefined}
            onOpenAutoFocus={event => {
              const target = props.initialFocus === undefined ? null : content?.querySelector<HTMLElement>(props.initialFocus)
              const first = target ?? firstControl(content)
              if (!first) return
              event.preventDefault()
              first.focus()
            }}
          >
            <header class={styles.header}>
              <KDialog.Title class={styles.title}>{props.title}</KDialog.Title>
              <IconButton icon={XIcon} label="Close" disabled={props.busy === true} onClick={() => props.onClose()} />
            </header>
            <Show
              when={props.onSubmit}
              fallback={
                <div class={styles.content} data-body="">
                  {body()}
                </div>
              }
            >
              {submit => (
                <form
                  class={styles.content}
                  data-body=""
                  novalidate
                  onSubmit={event => {
                    event.preventDefault()
                    if (!props.busy) submit()()
                  }}
                >
                  {body()}
                </form>
              )}
            </Show>
          </KDialog.Content>
        </div>
      </KDialog.Portal>
    </KDialog>
  )
}

/** The first field, else the first button of the body. */
function firstControl(content: HTMLElement | undefined): HTMLElement | null | undefined {
  const fields = 'input:not(:disabled, [aria-hidden] *), textarea:not(:disabled), button[aria-haspopup="listbox"]:not(:disabled)'
  return (
    content?.querySelector<HTMLElement>(`[data-body] :is(${fields})`) ??
    content?.querySelector<HTMLElement>('[data-body] button:not(:disabled)')
  )
}

/** Actions of a dialog; `note` stands at the left. */
export function DialogFooter(props: { readonly note?: JSX.Element; readonly children: JSX.Element }) {
  return (
    <>
      <div class={styles.note}>{props.note}</div>
      {props.children}
    </>
  )
}
