// The command palette.
export { paletteFeature } from './feature'
