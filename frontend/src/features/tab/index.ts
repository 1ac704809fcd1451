// Tabs: what they are called, how they are doing, what kinds there are.

export { RenameInput } from './RenameInput'
export { TabIcon } from './TabIcon'
export { closeTab, renameTab } from './tab-api'
export { createTabKinds, type TabKindContribution, type TabKinds, type TabPaneProps } from './tab-kind'
export { cleanTitle, groupStatus, tabStatus, tabTitle } from './tab-status'
export { createTabsStore, type TabActivity, type TabInfo, type TabsStore } from './tabs-store'
