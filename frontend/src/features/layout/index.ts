// Tiles and tab bars of a workspace.
export { createDragEngine, type DragEngine } from './drag/drag-engine'
export { layoutFeature } from './feature'
export { LayoutCanvas } from './LayoutCanvas'
export { createTileActions, type TileActions } from './tile-actions'
export { allLeaves, allTabs, findLeaf, findTab, leavesOf } from './tree'
export { createViewStore, type ViewStore } from './view-store'
