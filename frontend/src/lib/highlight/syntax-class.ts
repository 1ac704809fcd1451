// The class a kind of syntax is drawn with.
import type { SyntaxKind } from './highlight'
import styles from './Syntax.module.css'

const CLASSES: Readonly<Record<SyntaxKind, string | undefined>> = {
  comment: styles.comment,
  keyword: styles.keyword,
  string: styles.string,
  number: styles.number,
  type: styles.type,
  function: styles.function,
  property: styles.property,
  constant: styles.constant,
  punctuation: styles.punctuation,
}

export function syntaxClass(kind: SyntaxKind | undefined): string | undefined {
  return kind === undefined ? undefined : CLASSES[kind]
}
