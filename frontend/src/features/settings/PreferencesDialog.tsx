// "Preferences": appearance, then fonts. Everything applies at once.
import { useServices } from '../../app/services'
import { Dialog, SegmentedControl, Switch } from '../../ui'
import { FontList } from './FontList'
import styles from './PreferencesDialog.module.css'

export default function PreferencesDialog(props: { readonly onClose: () => void }) {
  const { preferences } = useServices()
  const values = preferences.values
  return (
    <Dialog title="Preferences" size="lg" initialFocus="input:checked" onClose={() => props.onClose()}>
      <section class={styles.section} aria-labelledby="preferences-appearance">
        <h3 class={styles.heading} id="preferences-appearance">
          Appearance
        </h3>
        <div class={styles.row}>
          <span>Theme</span>
          <SegmentedControl
            label="Theme"
            options={[
              { value: 'dark', label: 'Dark' },
              { value: 'light', label: 'Light' },
              { value: 'system', label: 'System' },
            ]}
            value={values().theme}
            onChange={theme => preferences.set({ theme })}
          />
        </div>
        <div class={styles.row}>
          <span>Terminal Theme</span>
          <SegmentedControl
            label="Terminal Theme"
            options={[
              { value: 'match-ui', label: 'Match UI' },
              { value: 'dark', label: 'Dark' },
              { value: 'light', label: 'Light' },
            ]}
            value={values().terminalTheme}
            onChange={terminalTheme => preferences.set({ terminalTheme })}
          />
        </div>
        <div class={styles.row}>
          <span>Diff View</span>
          <SegmentedControl
            label="Diff View"
            options={[
              { value: 'unified', label: 'Unified' },
              { value: 'split', label: 'Side-by-Side' },
            ]}
            value={values().diffView}
            onChange={diffView => preferences.set({ diffView })}
          />
        </div>
        <div class={styles.row}>
          <span>Density</span>
          <SegmentedControl
            label="Density"
            options={[
              { value: 'compact', label: 'Compact' },
              { value: 'comfortable', label: 'Comfortable' },
            ]}
            value={values().density}
            onChange={density => preferences.set({ density })}
          />
        </div>
      </section>
      <section class={styles.section} aria-labelledby="preferences-fonts">
        <h3 class={styles.heading} id="preferences-fonts">
          Fonts
        </h3>
        <Switch
          label="Custom UI fonts"
          checked={values().customUiFonts}
          onChange={customUiFonts => preferences.set({ customUiFonts })}
        />
        {values().customUiFonts && (
          <FontList label="UI Fonts" fonts={values().uiFonts} onChange={uiFonts => preferences.set({ uiFonts: [...uiFonts] })} />
        )}
        <Switch
          label="Custom monospace fonts"
          checked={values().customMonoFonts}
          onChange={customMonoFonts => preferences.set({ customMonoFonts })}
        />
        {values().customMonoFonts && (
          <FontList
            label="Monospace Fonts"
            fonts={values().monoFonts}
            onChange={monoFonts => preferences.set({ monoFonts: [...monoFonts] })}
          />
        )}
      </section>
    </Dialog>
  )
}
