// "About": what runs here.
import { useServices } from '../../app/services'
import { Dialog } from '../../ui'
import styles from './AboutDialog.module.css'

export default function AboutDialog(props: { readonly onClose: () => void }) {
  const { session } = useServices()
  return (
    <Dialog title="About" size="sm" onClose={() => props.onClose()}>
      <p>LeapMux keeps coding agents and terminals on your machines within reach of one page.</p>
      <dl class={styles.facts}>
        <dt>Version</dt>
        <dd>{session.version}</dd>
        <dt>Backend</dt>
        <dd>
          {session.version} ({session.mode})
        </dd>
        <dt>Frontend</dt>
        <dd>{import.meta.env.MODE}</dd>
        <dt>License</dt>
        <dd>Apache-2.0 OR MIT</dd>
      </dl>
    </Dialog>
  )
}
