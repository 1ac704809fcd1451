// Below the text: formatting, attaching, settings and context on one side; interrupting and sending on the other.
import { createSignal, type JSX, Show } from 'solid-js'
import { useServices } from '../../app/services'
import { Button, IconButton } from '../../ui'
import { EnterIcon, PaperclipIcon, SendIcon, StopIcon } from '../../ui/icons'
import type { AgentStore } from '../agent/agent-store'
import { type Accepts, pickerFilter } from './attachments'
import styles from './Composer.module.css'
import { InfoCard } from './InfoCard'
import { isMac } from './platform-keys'
import { SettingsMenu } from './SettingsMenu'
import { strings } from './strings'

export interface ComposerFooterProps {
  readonly store: AgentStore
  readonly workerId: string
  readonly providerLabel: string
  readonly hasRequest: boolean
  readonly editable: boolean
  readonly canSend: boolean
  readonly accepts: Accepts
  readonly onSend: () => void
  readonly onFiles: (files: readonly File[]) => void
  readonly toolbar: JSX.Element
}

export function ComposerFooter(props: ComposerFooterProps) {
  const { preferences, toasts } = useServices()
  let picker: HTMLInputElement | undefined
  const [isAsked, setAsked] = createSignal(false)
  const enterSends = () => preferences.enterMode() === 'enter-sends'
  const mod = () => strings.modEnter(isMac())
  const isInterrupting = () => isAsked() || props.store.status()?.interrupting === true
  async function interrupt(): Promise<void> {
    setAsked(true)
    try {
      await props.store.interrupt()
    } catch {
      toasts.show({ kind: 'danger', text: strings.interruptFailed })
    } finally {
      setAsked(false)
    }
  }
  function onPicked(event: { readonly currentTarget: HTMLInputElement }): void {
    props.onFiles([...(event.currentTarget.files ?? [])])
    event.currentTarget.value = ''
  }

  return (
    <div class={styles.footer}>
      <div class={styles.tools}>
        {props.toolbar}
        <IconButton
          size="sm"
          iconSize={14}
          icon={PaperclipIcon}
          label={strings.attach}
          disabled={!props.editable || props.hasRequest}
          onClick={() => picker?.click()}
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept={pickerFilter(props.accepts)}
          aria-label={strings.attach}
          onChange={onPicked}
        />
        <span class={styles.enterMode}>
          <IconButton
            size="sm"
            iconSize={14}
            icon={EnterIcon}
            label={strings.enterModeLabel(mod(), enterSends())}
            tooltip={enterSends() ? strings.enterSends(mod()) : strings.modEnterSends(mod())}
            aria-pressed={enterSends()}
            onClick={() => preferences.set({ enterMode: enterSends() ? 'cmd-enter-sends' : 'enter-sends' })}
          />
        </span>
      </div>
      <div class={styles.actions} data-busy={props.store.isBusy() ? '' : undefined}>
        <Show when={!props.hasRequest}>
          <SettingsMenu store={props.store} disabled={!props.editable} />
        </Show>
        <InfoCard store={props.store} workerId={props.workerId} providerLabel={props.providerLabel} />
        <Show when={props.store.isBusy() && !props.hasRequest}>
          <Button
            size="sm"
            icon={icon => <StopIcon {...icon} fill="currentColor" />}
            disabled={!props.editable}
            busy={isInterrupting()}
            busyLabel={strings.interrupting}
            onClick={() => void interrupt()}
          >
            {strings.interrupt}
          </Button>
        </Show>
        <Button
          size="sm"
          variant={props.hasRequest ? 'default' : 'primary'}
          icon={SendIcon}
          disabled={!props.canSend}
          onClick={() => props.onSend()}
        >
          {strings.send}
        </Button>
      </div>
    </div>
  )
}
