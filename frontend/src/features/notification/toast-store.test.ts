import { expect, it } from 'vitest'
import { createToastStore } from './toast-store'

it('counts a repeated message instead of stacking it', () => {
  const store = createToastStore()
  const first = store.show({ kind: 'danger', text: 'Failed to open agent' })
  expect(store.show({ kind: 'danger', text: 'Failed to open agent' })).toBe(first)
  expect(store.toasts()).toMatchObject([{ id: first, count: 2 }])
  store.show({ kind: 'info', text: 'Failed to open agent' })
  expect(store.toasts()).toHaveLength(2)
})

it('drops the oldest beyond five and what is dismissed', () => {
  const store = createToastStore()
  for (let n = 1; n <= 6; n++) store.show({ kind: 'info', text: `message ${n}` })
  expect(store.toasts().map(toast => toast.text)).toEqual(['message 2', 'message 3', 'message 4', 'message 5', 'message 6'])
  store.dismiss(store.toasts()[0]?.id ?? 0)
  expect(store.toasts()).toHaveLength(4)
})
