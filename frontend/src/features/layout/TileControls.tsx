// Split and close, at the right of a tab bar. Narrow tiles fold them into one menu.
import { Match, Show, Switch } from 'solid-js'
import { useServices } from '../../app/services'
import { IconButton, Menu, type MenuEntry } from '../../ui'
import { ColumnsIcon, EllipsisIcon, RowsIcon, XIcon } from '../../ui/icons'
import type { WidthClass } from './size-class'
import styles from './TileControls.module.css'

type TileMenuServices = Pick<ReturnType<typeof useServices>, 'tiles' | 'shortcut'>

/** The same actions as entries of a menu. */
export function tileEntries({ tiles, shortcut }: TileMenuServices, tileId: string): readonly MenuEntry[] {
  const entries: (MenuEntry | false)[] = [
    tiles.canSplit(tileId) && {
      label: 'Split vertically',
      icon: ColumnsIcon,
      shortcut: shortcut('app.splitTileVertical'),
      run: () => tiles.split(tileId, 'vertical'),
    },
    tiles.canSplit(tileId) && {
      label: 'Split horizontally',
      icon: RowsIcon,
      shortcut: shortcut('app.splitTileHorizontal'),
      run: () => tiles.split(tileId, 'horizontal'),
    },
    tiles.canClose(tileId) && { label: 'Close tile', icon: XIcon, run: () => tiles.close(tileId) },
  ]
  return entries.filter(entry => entry !== false)
}

export function TileControls(props: { readonly tileId: string; readonly size: WidthClass }) {
  const services = useServices()
  const { tiles, shortcut } = services
  const hasAny = (): boolean => tiles.canSplit(props.tileId) || tiles.canClose(props.tileId)
  return (
    <Show when={hasAny()}>
      <Switch>
        <Match when={props.size === 'full' || props.size === 'narrow'}>
          <div class={styles.controls}>
            <Show when={tiles.canSplit(props.tileId)}>
              <IconButton
                icon={ColumnsIcon}
                label="Split vertically"
                shortcut={shortcut('app.splitTileVertical')}
                onClick={() => tiles.split(props.tileId, 'vertical')}
              />
              <IconButton
                icon={RowsIcon}
                label="Split horizontally"
                shortcut={shortcut('app.splitTileHorizontal')}
                onClick={() => tiles.split(props.tileId, 'horizontal')}
              />
            </Show>
            <Show when={tiles.canClose(props.tileId)}>
              <IconButton icon={XIcon} label="Close tile" onClick={() => tiles.close(props.tileId)} />
            </Show>
          </div>
        </Match>
        <Match when={props.size === 'compact' || props.size === 'minimal'}>
          <Menu
            align="end"
            entries={() => tileEntries(services, props.tileId)}
            trigger={trigger => <IconButton {...trigger} icon={EllipsisIcon} label="Tile menu" />}
          />
        </Match>
      </Switch>
    </Show>
  )
}
