// The Worker's tab methods, by the names this feature uses.
import { tabMethods } from '../../rpc/methods'

export const { watch: watchTabs, rename: renameTab, close: closeTab } = tabMethods
