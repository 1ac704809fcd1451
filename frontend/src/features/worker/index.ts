// Workers: who they are and how the channel to each is doing.
export { connectionView } from './connection-view'
export { workerFeature } from './feature'
export { newDevice, watchNewDevices } from './new-devices'
export { listDirectory } from './worker-api'
export { createWorkerDirectory, type WorkerDirectory, workerLabel } from './worker-directory'
