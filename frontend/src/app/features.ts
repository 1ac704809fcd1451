// The list of features, one line each.
import type { Feature } from './feature'

export const features: readonly Feature[] = []
