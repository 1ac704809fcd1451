// The pages for people who have not signed in. Apart from `index.ts`: they are loaded without the application.
export { LoginPage } from './LoginPage'
export { SetupPage } from './SetupPage'
export { SignUpPage } from './SignUpPage'
