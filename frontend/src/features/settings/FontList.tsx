// An ordered list of font names: the first one installed wins.
import { createSignal, For, Show } from 'solid-js'
import { Button, IconButton, TextField } from '../../ui'
import { ArrowDownIcon, ArrowUpIcon, PlusIcon, XIcon } from '../../ui/icons'
import styles from './FontList.module.css'
import { addFont, moveFont } from './font-names'

export function FontList(props: {
  readonly label: string
  readonly fonts: readonly string[]
  readonly onChange: (fonts: readonly string[]) => void
}) {
  const [draft, setDraft] = createSignal('')
  function add(): void {
    props.onChange(addFont(props.fonts, draft()))
    setDraft('')
  }
  return (
    <fieldset class={styles.fonts}>
      <legend class="visually-hidden">{props.label}</legend>
      <Show when={props.fonts.length > 0} fallback={<p class={styles.empty}>No fonts configured</p>}>
        <ol class={styles.list}>
          <For each={props.fonts}>
            {(font, index) => (
              <li class={styles.row}>
                <span class={styles.name} style={{ 'font-family': `"${font}"` }}>
                  {font}
                </span>
                <IconButton
                  icon={ArrowUpIcon}
                  label={`Move ${font} up`}
                  size="xs"
                  disabled={index() === 0}
                  onClick={() => props.onChange(moveFont(props.fonts, index(), -1))}
                />
                <IconButton
                  icon={ArrowDownIcon}
                  label={`Move ${font} down`}
                  size="xs"
                  disabled={index() === props.fonts.length - 1}
                  onClick={() => props.onChange(moveFont(props.fonts, index(), 1))}
                />
                <IconButton
                  icon={XIcon}
                  label={`Remove ${font}`}
                  size="xs"
                  onClick={() => props.onChange(props.fonts.filter(name => name !== font))}
                />
              </li>
            )}
          </For>
        </ol>
      </Show>
      <div class={styles.add}>
        <TextField
          label="Font name"
          value={draft()}
          onInput={setDraft}
          maxlength={128}
          onKeyDown={event => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            add()
          }}
        />
        <Button size="lg" icon={PlusIcon} disabled={draft().trim() === ''} onClick={add}>
          Add
        </Button>
      </div>
    </fieldset>
  )
}
