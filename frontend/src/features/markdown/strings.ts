// Words of rendered Markdown.

export const strings = {
  copyCode: 'Copy code',
  copied: 'Copied',
  code: 'Code',
  table: 'Table',
  image: (alt: string) => (alt === '' ? 'Image' : `Image: ${alt}`),
  done: 'Done',
  notDone: 'Not done',
} as const
