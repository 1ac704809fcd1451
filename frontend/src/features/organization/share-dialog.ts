// The sharing dialog, loaded when it is asked for.
import { lazy } from 'solid-js'

export const ShareWorkspaceDialog = lazy(() => import('./ShareWorkspaceDialog'))
