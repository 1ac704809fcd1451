// What a new user sees, sentence by sentence, with each agent: from the first page to the morning after a power cut.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import {
  agentStarted,
  composer,
  createWorkspace,
  drag,
  firstWorkspace,
  openAgent,
  openTerminal,
  replies,
  request,
  send,
  terminal,
  terminalTabs,
  tiles,
  transcript,
  typeInTerminal,
  typingTerminal,
} from './fixtures/actions'
import { expect, hasAgent, test } from './fixtures/leapmux'
import { makeItAsk, PROVIDERS } from './fixtures/providers'
import { listenToWire } from './fixtures/wire'

for (const provider of PROVIDERS) {
  test(`a first day with ${provider.label}`, async ({ page, leapmux }) => {
    test.skip(!hasAgent(provider.id), `${provider.label} runs only where its program is installed`)
    test.setTimeout(240_000)
    const directory = path.join(leapmux.project, 'garden-shed')
    mkdirSync(directory)
    const wire = listenToWire(page)

    await test.step('the page opens without login straight into a workspace', async () => {
      await page.goto(leapmux.url)
      await expect(page).toHaveURL(/\/o\/solo\/workspace\/ws_/)
      await firstWorkspace(page)
    })
    await test.step('a workspace is created', async () => {
      await createWorkspace(page, 'Winter project', provider.label, leapmux.project)
      await expect(page.getByRole('treeitem', { name: 'Winter project' })).toBeVisible()
    })
    const agentTab = page.getByRole('tab', { name: 'Gardener' })
    const agent = page.getByRole('tabpanel', { name: 'Gardener' })
    const conversation = agent.getByRole('log')
    await test.step('an agent tab is opened in a directory of their choice', async () => {
      await openAgent(page, provider.label, directory)
      await agentStarted(page)
      await expect(page.getByRole('tab', { name: /^Agent/ })).toHaveCount(2)
      await expect(page.getByRole('contentinfo')).toContainText(directory)
      await page.getByRole('tab', { selected: true }).dblclick()
      await page.getByRole('textbox', { name: 'Tab name' }).fill('Gardener')
      await page.keyboard.press('Enter')
      await expect(agentTab).toBeVisible()
    })
    await test.step('a reply streams in', async () => {
      await send(page, 'SAY marzipan begins\nHOLD\nSAY and ends')
      await expect(replies(page).last()).toContainText('marzipan begins')
      await expect(replies(page).last()).not.toContainText('and ends')
      await leapmux.model.release()
      await expect(replies(page).last()).toContainText('and ends')
      await expect(transcript(page).getByText(/^Took \d/)).toHaveCount(1)
    })
    await test.step('a shell command the agent wants to run is approved', async () => {
      await makeItAsk(page, provider)
      await send(page, 'RUN touch here && echo cinnamon in $(basename "$PWD")')
      await expect(request(page)).toContainText('touch here')
      await request(page).getByRole('button', { name: provider.allow }).click()
      await expect(request(page)).toBeHidden()
      await expect(transcript(page)).toContainText('cinnamon in garden-shed')
      await expect(transcript(page).getByText(/^(Took \d|Turn ended)/)).toHaveCount(2)
    })
    await test.step('a long turn is interrupted', async () => {
      await send(page, 'SLOW 2000 20')
      await expect(replies(page).last()).toContainText('word2')
      await page.getByRole('button', { name: 'Interrupt' }).click()
      await expect(transcript(page)).toContainText('Turn ended (interrupted)')
    })
    await test.step('a terminal is opened beside it by splitting the tile', async () => {
      await page.getByRole('button', { name: /^Split vertically/ }).click()
      await expect(tiles(page)).toHaveCount(2)
      await openTerminal(page, directory)
      await expect(terminalTabs(tiles(page).nth(1))).toHaveCount(1)
      await expect(composer(page)).toBeVisible()
    })
    await test.step('vim and a flood of output run in it', async () => {
      await typeInTerminal(page, 'vim -u NONE -N ../hello.txt\n')
      await expect(terminal(page)).toContainText('hello from a file')
      await typeInTerminal(page, 'osaffron\u001b')
      await expect(terminal(page)).toContainText('saffron')
      await typeInTerminal(page, ':wq\n')
      await expect(terminal(page)).not.toContainText('~')
      await typeInTerminal(page, 'seq 1000000; cat ../hello.txt\n')
      await expect(terminal(page)).toContainText('1000000', { timeout: 60_000 })
      await expect(terminal(page)).toContainText('saffron')
    })
    const terminalTitle = (await terminalTabs(page).textContent()) ?? ''
    await test.step('a tab is dragged to the other tile', async () => {
      await drag(page, agentTab, tiles(page).nth(1), { x: 1 / 3, y: 18 })
      await expect(tiles(page).nth(1).getByRole('tab')).toHaveText([terminalTitle, /Gardener/])
      await expect(tiles(page).nth(0).getByRole('tab')).toHaveCount(1)
      await expect(conversation).toContainText('Turn ended (interrupted)')
    })
    async function everythingIsAsItWas(): Promise<void> {
      await expect(page).toHaveTitle('Winter project - LeapMux')
      await expect(tiles(page)).toHaveCount(2)
      await expect(tiles(page).nth(1).getByRole('tab')).toHaveText([terminalTitle, /Gardener/])
      await expect(agentTab).toHaveAttribute('aria-selected', 'true')
      await expect(conversation).toContainText('Turn ended (interrupted)')
      await conversation.press('Home')
      await expect(conversation).toContainText('marzipan begins')
      await terminalTabs(page).click()
      await expect(terminal(page)).toContainText('1000000')
      await expect(terminal(page)).toContainText('saffron')
      await agentTab.click()
    }
    await test.step('a reload finds everything as it was', async () => {
      await page.reload()
      await everythingIsAsItWas()
      await terminalTabs(page).click()
      await typeInTerminal(page, 'echo alive-$((40+2))\n')
      await expect(typingTerminal(page)).toContainText('alive-42')
      await agentTab.click()
    })
    await test.step('after a kill and a new start transcript, layout and last screens are there', async () => {
      await leapmux.killAndRestart()
      await page.reload()
      await everythingIsAsItWas()
    })
    await test.step('and the agent resumes where it was', async () => {
      await agent.getByRole('textbox', { name: 'Message' }).fill('RECALL')
      await agent.getByRole('button', { name: 'Send', exact: true }).click()
      await expect(conversation.getByRole('article', { name: 'Agent', exact: true }).last()).toContainText(
        'SAY marzipan begins',
        { timeout: 60_000 },
      )
    })
    await test.step('nothing of it went between browser and Worker in clear', async () => {
      expect(wire.has('Winter project'), 'what the Hub may know is found').toBe(true)
      expect(wire.socketBytes).toBeGreaterThan(100_000)
      const secrets = [
        'marzipan',
        'cinnamon',
        'saffron',
        'hello from a file',
        'alive-42',
        'garden-shed',
        'Gardener',
        terminalTitle,
      ]
      expect(secrets.filter(words => wire.has(words))).toEqual([])
    })
  })
}
