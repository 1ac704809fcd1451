// What keys do in the message editor. Enter sends or breaks the line, as the writer prefers; it never does either mid-composition.
import { acceptCompletion } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands'
import { EditorState, type Extension, Prec, type TransactionSpec } from '@codemirror/state'
import { type Command, keymap } from '@codemirror/view'
import { continueLine, indentList, isInCode, isPlainParagraph, liftQuote, toggleWrap } from './formatting'

export interface KeyActions {
  /** Enter alone sends. */
  enterSends(): boolean
  send(): void
  /** Shift+Tab in a plain paragraph; false: the agent has no plan mode. */
  togglePlan(): boolean
}

type Edit = (state: EditorState) => TransactionSpec | undefined

/** A pure edit as a command: not handled when it has nothing to do. */
function command(edit: Edit): Command {
  return view => {
    const spec = edit(view.state)
    if (spec === undefined) return false
    view.dispatch(view.state.update(spec, { userEvent: 'input' }))
    return true
  }
}

export function editorKeys(actions: KeyActions): Extension {
  const newLine: Command = view => command(continueLine)(view) || insertNewline(view)
  const send: Command = view => {
    if (view.composing) return true
    actions.send()
    return true
  }
  const enter: Command = view => {
    if (view.composing) return false
    if (acceptCompletion(view)) return true
    return actions.enterSends() && !isInCode(view.state) ? send(view) : newLine(view)
  }
  const tab: Command = view =>
    acceptCompletion(view) ||
    command(state => indentList(state, 1))(view) ||
    (isInCode(view.state) && command(state => state.replaceSelection('  '))(view))
  const shiftTab: Command = view =>
    command(state => indentList(state, -1))(view) || (isPlainParagraph(view.state) && actions.togglePlan())
  return [
    history(),
    Prec.high(
      keymap.of([
        { key: 'Enter', run: enter, shift: newLine },
        { key: 'Mod-Enter', run: view => (actions.enterSends() ? newLine(view) : send(view)) },
        { key: 'Mod-j', run: send },
        { key: 'Mod-b', run: command(state => toggleWrap(state, '**')) },
        { key: 'Mod-i', run: command(state => toggleWrap(state, '*')) },
        { key: 'Mod-e', run: command(state => toggleWrap(state, '`')) },
        { key: 'Tab', run: tab, shift: shiftTab },
        { key: 'Backspace', run: command(liftQuote) },
      ]),
    ),
    keymap.of([...defaultKeymap.filter(binding => binding.key !== 'Mod-Enter'), ...historyKeymap]),
  ]
}
