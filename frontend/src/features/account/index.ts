// The signed-in user's own account.
export { accountFeature } from './feature'
