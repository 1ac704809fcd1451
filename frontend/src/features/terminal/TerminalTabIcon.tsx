// The sign of a terminal tab.
import { TerminalIcon } from '../../ui/icons'

export function TerminalTabIcon(props: { readonly size?: number }) {
  return <TerminalIcon size={props.size ?? 16} />
}
