// What was chosen in a menu is done when the closing menu has given the focus back: it may want it elsewhere.

export interface MenuChoice {
  choose(run: () => void): void
  /** Does what was chosen; for the menu's `onCloseAutoFocus`. */
  run(): void
}

export function createChoice(): MenuChoice {
  let chosen: (() => void) | undefined
  return {
    choose: run => {
      chosen = run
    },
    run() {
      const run = chosen
      chosen = undefined
      // The menu moves the focus right after it has told that it will.
      if (run) queueMicrotask(run)
    },
  }
}
