// Start of the page: opens the session, then draws the application.
import { render } from 'solid-js/web'
import 'virtual:tokens.css'
import '../design/fonts.css'
import '../design/base.css'
import { Boot } from './Boot'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')
render(() => <Boot />, root)
