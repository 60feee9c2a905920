import { expect, test, vi } from 'vitest'
import { keyName, Keys } from '../src/state/keys.svelte'

function pressed(key: string, more: Partial<KeyboardEvent> = {}) {
  return { key, preventDefault: vi.fn(), target: null, ...more } as unknown as KeyboardEvent & { preventDefault: ReturnType<typeof vi.fn> }
}

function keys() {
  vi.stubGlobal('document', { querySelector: () => null })
  return new Keys()
}

test('a key acts while its page is shown, and no longer', () => {
  const all = keys()
  const act = vi.fn()
  const end = all.add('Live', [['h', 'Hold', act]])
  const event = pressed('h')
  all.pressed(event)
  expect(act).toHaveBeenCalledOnce()
  expect(event.preventDefault).toHaveBeenCalled()
  end()
  all.pressed(pressed('h'))
  expect(act).toHaveBeenCalledOnce()
})

test('the page that was shown last has the first say', () => {
  const all = keys()
  const [first, second] = [vi.fn(), vi.fn()]
  all.add('Everywhere', [['/', 'Find', first]])
  all.add('People', [['/', 'Find a name', second]])
  all.pressed(pressed('/'))
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1])
})

test.each([
  ['with Ctrl', { ctrlKey: true }],
  ['that somebody writes', { target: { closest: () => true } }],
  ['that was taken already', { defaultPrevented: true }],
])('a key %s is left alone', (_, more) => {
  const all = keys()
  const act = vi.fn()
  all.add('Live', [['h', 'Hold', act]])
  all.pressed(pressed('h', more as unknown as Partial<KeyboardEvent>))
  expect(act).not.toHaveBeenCalled()
})

test('no key acts below a dialog, nor where they are turned off', () => {
  const all = keys()
  const act = vi.fn()
  all.add('Live', [['h', 'Hold', act]])
  all.on = false
  all.pressed(pressed('h'))
  all.on = true
  vi.stubGlobal('document', { querySelector: () => ({}) })
  all.pressed(pressed('h'))
  expect(act).not.toHaveBeenCalled()
})

test('keys are told as they are written on the board', () => {
  expect(['h', 'ArrowLeft', '?'].map(keyName)).toEqual(['H', '←', '?'])
})
