// Words of the terminal pane.

export const strings = {
  starting: (shell: string) => (shell === '' ? 'Starting terminal…' : `Starting ${shell}…`),
  restarting: 'Restarting…',
  failedToStart: 'Terminal failed to start',
  missing: 'This terminal no longer exists on its Worker.',
  unavailable: 'The terminal could not be shown.',
  retry: 'Retry',
  restartFailed: 'Failed to restart terminal',
  disconnected: 'Disconnected. Reconnecting…',
  exited: 'The shell has ended. Press Enter to restart it.',
  readOnly: 'Read only',
  region: 'Terminal',
  keys: 'Terminal keys',
  keyLabels: { Escape: 'Esc', Tab: 'Tab', Control: 'Ctrl', ArrowUp: 'Up', ArrowDown: 'Down', ArrowLeft: 'Left', ArrowRight: 'Right' },
  find: 'Find in terminal',
  findNext: 'Next match',
  findPrevious: 'Previous match',
  findClose: 'Close search',
  noMatches: 'No matches found',
} as const
