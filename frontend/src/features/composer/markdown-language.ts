// Markdown for the editor: the grammar without the HTML, CSS and JavaScript that `lang-markdown` brings along.
import { defineLanguageFacet, Language, syntaxHighlighting } from '@codemirror/language'
import { tagHighlighter, tags } from '@lezer/highlight'
import { GFM, parser } from '@lezer/markdown'
import styles from './Editor.module.css'

export const markdownLanguage = new Language(defineLanguageFacet(), parser.configure(GFM), [], 'markdown')

/** Classes, so that a change of theme colours nothing anew. */
export const markdownHighlighting = syntaxHighlighting(
  tagHighlighter([
    { tag: tags.heading, class: styles.heading },
    { tag: tags.strong, class: styles.strong },
    { tag: tags.emphasis, class: styles.emphasis },
    { tag: tags.strikethrough, class: styles.strikethrough },
    { tag: tags.monospace, class: styles.monospace },
    { tag: tags.link, class: styles.link },
    { tag: tags.url, class: styles.link },
    { tag: tags.quote, class: styles.quote },
    { tag: [tags.processingInstruction, tags.contentSeparator, tags.list], class: styles.mark },
  ]),
)
