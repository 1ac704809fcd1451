// "Link": asks for the address and puts it around the selection.
import { createSignal } from 'solid-js'
import { Button, IconButton, Popover, TextField } from '../../ui'
import { LinkIcon } from '../../ui/icons'
import { strings } from './strings'
import styles from './Toolbar.module.css'

export function LinkButton(props: { readonly disabled: boolean; readonly onAdd: (address: string) => void }) {
  const [isOpen, setOpen] = createSignal(false)
  const [address, setAddress] = createSignal('https://')
  function add(event: Event): void {
    event.preventDefault()
    setOpen(false)
    props.onAdd(address().trim())
    setAddress('https://')
  }
  return (
    <Popover
      label={strings.link}
      open={isOpen()}
      onOpenChange={setOpen}
      placement="top-start"
      trigger={trigger => (
        <IconButton {...trigger} size="sm" iconSize={14} icon={LinkIcon} label={strings.link} disabled={props.disabled} />
      )}
    >
      <form class={styles.link} onSubmit={add}>
        <TextField label={strings.linkAddress} value={address()} onInput={setAddress} inputmode="url" />
        <Button type="submit" variant="primary" disabled={address().trim() === ''}>
          {strings.linkAdd}
        </Button>
      </form>
    </Popover>
  )
}
