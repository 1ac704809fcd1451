// Writing to agents.
export { Composer } from './Composer'
export { createDraftStore, type DraftStore, type Insertion } from './draft-store'
