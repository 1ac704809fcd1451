// The Worker's methods about itself and its directories, by the names this feature uses.
import { fileMethods, systemMethods } from '../../rpc/methods'

export const { info: systemInfo, listShells, listProviders, watchDevices } = systemMethods
export const { listDirectory } = fileMethods
