// Draws menu entries inside a Kobalte menu, whichever kind of menu it is.
import { DropdownMenu as KMenu } from '@kobalte/core/dropdown-menu'
import { For, Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { CheckIcon, ChevronRightIcon } from './icons'
import styles from './Menu.module.css'
import type { MenuEntry, MenuItem } from './menu-entry'

function ItemBody(props: { readonly item: MenuItem }) {
  return (
    <>
      <span class={styles.graphic}>
        <Show
          when={props.item.checked === undefined}
          fallback={
            <Show when={props.item.checked}>
              <CheckIcon size={14} />
            </Show>
          }
        >
          <Show when={props.item.icon} fallback={props.item.graphic?.()}>
            {icon => <Dynamic component={icon()} size={14} />}
          </Show>
        </Show>
      </span>
      <span class={styles.label} data-code={props.item.code ? '' : undefined}>
        {props.item.label}
        <Show when={props.item.note}>{note => <span class={styles.noteText}> {note()}</span>}</Show>
      </span>
      <Show when={props.item.shortcut}>{keys => <span class={styles.shortcut}>{keys()}</span>}</Show>
    </>
  )
}

type OnChoose = (run: () => void) => void

function Entry(props: { readonly entry: MenuEntry; readonly onChoose: OnChoose }) {
  return (
    <Switch>
      <Match when={props.entry.type === 'separator'}>
        <KMenu.Separator class={styles.separator} />
      </Match>
      <Match when={props.entry.type === 'group' && props.entry}>
        {group => (
          <KMenu.Group>
            <KMenu.GroupLabel class={styles.groupLabel}>{group().label}</KMenu.GroupLabel>
            <MenuEntries entries={group().entries} onChoose={props.onChoose} />
          </KMenu.Group>
        )}
      </Match>
      <Match when={props.entry.type === 'submenu' && props.entry}>
        {submenu => (
          <KMenu.Sub gutter={4} overlap>
            <KMenu.SubTrigger class={styles.item}>
              <span class={styles.graphic}>
                <Show when={submenu().icon}>{icon => <Dynamic component={icon()} size={14} />}</Show>
              </span>
              <span class={styles.label}>{submenu().label}</span>
              <ChevronRightIcon size={14} />
            </KMenu.SubTrigger>
            <KMenu.Portal>
              <KMenu.SubContent class={styles.menu}>
                <MenuEntries entries={submenu().entries} onChoose={props.onChoose} />
              </KMenu.SubContent>
            </KMenu.Portal>
          </KMenu.Sub>
        )}
      </Match>
      <Match when={props.entry.type === 'info' && props.entry}>
        {info => (
          <KMenu.Item class={styles.info} textValue={info().label} onSelect={() => props.onChoose(info().run)}>
            {info().render()}
          </KMenu.Item>
        )}
      </Match>
      <Match when={(props.entry.type === undefined || props.entry.type === 'item') && props.entry}>
        {item => (
          <Show
            when={item().checked !== undefined}
            fallback={
              <KMenu.Item
                class={styles.item}
                textValue={item().label}
                disabled={item().disabled === true}
                data-tone={item().tone ?? 'default'}
                onSelect={() => props.onChoose(item().run)}
              >
                <ItemBody item={item()} />
              </KMenu.Item>
            }
          >
            <KMenu.CheckboxItem
              class={styles.item}
              textValue={item().label}
              disabled={item().disabled === true}
              checked={item().checked === true}
              onChange={() => item().run()}
            >
              <ItemBody item={item()} />
            </KMenu.CheckboxItem>
          </Show>
        )}
      </Match>
    </Switch>
  )
}

/** `onChoose` gets what a chosen entry does, and the menu closes. A toggle is switched at once and the menu stays. */
export function MenuEntries(props: { readonly entries: readonly MenuEntry[]; readonly onChoose: OnChoose }) {
  return <For each={props.entries}>{entry => <Entry entry={entry} onChoose={props.onChoose} />}</For>
}
