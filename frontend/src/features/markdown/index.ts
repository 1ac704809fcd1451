// Rendered Markdown and code for other features.
export { CodeBlock, CodeLine } from './CodeBlock'
export { Markdown } from './Markdown'
export { createOverflow } from './overflow'
