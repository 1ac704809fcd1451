// The CodeMirror view of one draft.
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, placeholder } from '@codemirror/view'
import { createEffect, on, onCleanup, onMount } from 'solid-js'
import type { SlashCommand } from '../../gen/leapmux/worker/v1/agent_pb'
import styles from './Editor.module.css'
import { editorKeys, type KeyActions } from './editor-keys'
import { markdownHighlighting, markdownLanguage } from './markdown-language'
import { slashCommands } from './slash-commands'

const theme = EditorView.theme({
  '&': { flex: '1', minWidth: '0', background: 'transparent', color: 'var(--text-primary)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'inherit', fontFamily: 'var(--font-ui)', lineHeight: 'inherit', overflowX: 'hidden' },
  '.cm-content': { padding: '4px 0', caretColor: 'var(--accent-text)' },
  '.cm-line': { padding: '0 12px' },
  '.cm-placeholder': { color: 'var(--text-muted)' },
  '.cm-tooltip': {
    border: 'none',
    borderRadius: 'var(--radius-tile)',
    background: 'var(--bg-raised)',
    boxShadow: 'var(--shadow-2)',
    zIndex: 'var(--z-popover)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    maxHeight: '220px',
    padding: 'var(--space-4)',
    fontFamily: 'var(--font-ui)',
    fontSize: 'var(--size-ui)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    padding: 'var(--space-4) var(--space-8)',
    borderRadius: 'var(--radius-chip)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--bg-selected)',
    color: 'var(--text-primary)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: 'var(--weight-bold)' },
  '.cm-completionDetail': { marginInlineStart: 'var(--space-12)', color: 'var(--text-secondary)', fontStyle: 'normal' },
})

export interface EditorProps {
  /** A change of it shows another text: nothing of the undo history is carried over. */
  readonly draftId: string
  readonly text: string
  readonly label: string
  readonly placeholder: string
  readonly isReadOnly: boolean
  readonly keys: KeyActions
  readonly commands: () => readonly SlashCommand[]
  readonly onInput: (text: string) => void
  readonly onFiles: (files: readonly File[], isPaste: boolean) => void
  readonly ref: (view: EditorView) => void
}

export function Editor(props: EditorProps) {
  let host: HTMLDivElement | undefined
  let view: EditorView | undefined
  const access = new Compartment()
  const hints = new Compartment()

  const accessExtension = () => [EditorState.readOnly.of(props.isReadOnly), EditorView.editable.of(!props.isReadOnly)]
  const hintExtension = () => [
    placeholder(props.placeholder),
    EditorView.contentAttributes.of({
      'aria-label': props.label,
      'aria-multiline': 'true',
      role: 'textbox',
      spellcheck: 'true',
      autocorrect: 'on',
      autocapitalize: 'sentences',
    }),
  ]
  const createState = (doc: string) =>
    EditorState.create({
      doc,
      selection: { anchor: doc.length },
      extensions: [
        editorKeys(props.keys),
        slashCommands(() => props.commands()),
        EditorView.lineWrapping,
        markdownLanguage,
        markdownHighlighting,
        theme,
        access.of(accessExtension()),
        hints.of(hintExtension()),
        EditorView.updateListener.of(update => {
          if (update.docChanged) props.onInput(update.state.doc.toString())
        }),
        EditorView.domEventHandlers({
          paste(event) {
            const files = [...(event.clipboardData?.files ?? [])]
            if (files.length === 0) return false
            event.preventDefault()
            props.onFiles(files, true)
            return true
          },
          // Files are the pane's business; text drops stay with the editor.
          drop: event => (event.dataTransfer?.files.length ?? 0) > 0,
        }),
      ],
    })

  onMount(() => {
    const created = new EditorView({ state: createState(props.text), parent: host as HTMLDivElement })
    view = created
    props.ref(created)
    onCleanup(() => created.destroy())
  })
  createEffect(
    on(
      () => props.draftId,
      () => view?.setState(createState(props.text)),
      { defer: true },
    ),
  )
  createEffect(
    on(
      () => props.text,
      text => {
        const current = view?.state.doc.toString()
        if (view === undefined || current === text) return
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: text.length } })
      },
      { defer: true },
    ),
  )
  createEffect(
    on(
      () => props.isReadOnly,
      () => view?.dispatch({ effects: access.reconfigure(accessExtension()) }),
      { defer: true },
    ),
  )
  createEffect(
    on(
      () => [props.placeholder, props.label],
      () => view?.dispatch({ effects: hints.reconfigure(hintExtension()) }),
      { defer: true },
    ),
  )

  return <div class={styles.editor} ref={host} />
}
