import { createRoot } from 'solid-js'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createForm } from './form'

const schema = v.object({
  title: v.pipe(v.string(), v.nonEmpty('Name must not be empty')),
  count: v.pipe(v.number(), v.minValue(1, 'Too few')),
})

function form(submit: (values: { title: string; count: number }) => Promise<void> = async () => {}) {
  return createRoot(() => createForm({ schema, initial: { title: '', count: 0 }, submit }))
}

describe('form', () => {
  it('says nothing before a field was left, then follows every edit', () => {
    const f = form()
    expect(f.isValid()).toBe(false)
    expect(f.error('title')).toBeUndefined()
    f.touch('title')
    expect(f.error('title')).toBe('Name must not be empty')
    f.set('title', 'Blue')
    expect(f.error('title')).toBeUndefined()
  })
  it('a submit of invalid values shows every problem and calls nothing', async () => {
    let calls = 0
    const f = form(async () => void calls++)
    await f.submit()
    expect([f.error('title'), f.error('count')]).toEqual(['Name must not be empty', 'Too few'])
    expect(calls).toBe(0)
  })
  it('submits once and keeps the sentence of a failure', async () => {
    const sent: unknown[] = []
    let fail = (_: Error): void => undefined
    const f = form(values => {
      sent.push(values)
      return new Promise<void>((_, reject) => {
        fail = reject
      })
    })
    f.set('title', 'Blue')
    f.set('count', 2)
    const first = f.submit()
    expect(f.isSubmitting()).toBe(true)
    await f.submit()
    fail(new Error('the disk is full'))
    await first
    expect(sent).toEqual([{ title: 'Blue', count: 2 }])
    expect(f.failure()).toBe('the disk is full')
    expect(f.isSubmitting()).toBe(false)
  })
})
