import { expect, it } from 'vitest'
import { createSessionWatch } from './session-watch'

function setUp(...answers: (string | undefined | Error)[]) {
  const ended: boolean[] = []
  let asked = 0
  const watch = createSessionWatch({
    userId: 'usr_ada',
    whoIsThere: () => {
      const answer = answers[asked++]
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
    onEnded: isReplaced => ended.push(isReplaced),
  })
  const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve))
  return { watch, ended, asked: () => asked, settle }
}

it('asks once for many hints, and lets a user who is still there stay', async () => {
  const { watch, ended, asked, settle } = setUp('usr_ada', new Error('no network'), undefined)
  watch.check()
  watch.check()
  await settle()
  expect([asked(), ended]).toEqual([1, []])
  watch.check()
  await settle()
  expect([asked(), ended]).toEqual([2, []])
  watch.check()
  await settle()
  expect(ended).toEqual([false])
})

it('says it once, and knows when somebody else came instead', async () => {
  const { watch, ended, asked, settle } = setUp('usr_bob', 'usr_bob')
  watch.check()
  await settle()
  watch.check()
  await settle()
  expect([asked(), ended]).toEqual([1, [true]])
})

it('leaves who leaves alone', async () => {
  const { watch, ended, asked, settle } = setUp(undefined, undefined)
  watch.check()
  const resume = watch.pause()
  await settle()
  watch.check()
  await settle()
  expect([asked(), ended]).toEqual([1, []])
  resume()
  watch.check()
  await settle()
  expect(ended).toEqual([false])
})
