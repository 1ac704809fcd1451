// Requests of agents that wait for an answer.
export { ApprovalBanner } from './ApprovalBanner'
export { type ApprovalStore, type ComposerRole, createApprovalStore } from './approval-store'
