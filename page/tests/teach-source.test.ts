import { expect, test } from 'vitest'
import { BROWSER, SourceChoice } from '../src/teach/source.svelte'

const CAMERAS = [
  { number: 0, name: 'hall' },
  { number: 1, name: 'yard' },
]

function remembering(kept: Record<string, string> = {}) {
  return { kept, getItem: (key: string) => kept[key] ?? null, setItem: (key: string, value: string) => void (kept[key] = value) }
}

test('at first it looks through the first camera of the server, and through that of the browser where there is none', () => {
  const made = new SourceChoice('desk', remembering())
  expect([made.of(CAMERAS, true), made.of([], true), made.of([], false)]).toEqual(['0', BROWSER, ''])
})

test('before the cameras of the server are known no camera of a browser is asked for, unless somebody chose it', () => {
  const memory = remembering()
  const made = new SourceChoice('desk', memory)
  expect(made.of(null, true)).toBe('')
  made.choose(BROWSER, CAMERAS)
  expect(new SourceChoice('desk', memory).of(null, true)).toBe(BROWSER)
})

test('what was chosen last is kept for each recogniser, by the name of the camera', () => {
  const memory = remembering()
  new SourceChoice('desk', memory).choose('1', CAMERAS)
  const again = new SourceChoice('desk', memory)
  expect(again.of([{ number: 0, name: 'yard' }, { number: 1, name: 'hall' }], true)).toBe('0')
  expect(new SourceChoice('shelf', memory).of(CAMERAS, true)).toBe('0')
})

test('where it is gone, or not theirs to use, it is the first camera of the server again', () => {
  const memory = remembering()
  const made = new SourceChoice('desk', memory)
  made.choose('1', CAMERAS)
  expect(made.of([{ number: 0, name: 'hall' }], true)).toBe('0')
  made.choose(BROWSER, CAMERAS)
  expect([made.of(CAMERAS, false), made.of([], false)]).toEqual(['0', ''])
})

test('a camera that is called as the choice of the browser is no browser', () => {
  const named = [{ number: 0, name: 'hall' }, { number: 1, name: BROWSER }]
  const made = new SourceChoice('desk', remembering())
  made.choose('1', named)
  expect(made.of(named, true)).toBe('1')
})

test('a browser that remembers nothing is asked each time', () => {
  const refusing = { getItem: () => { throw new Error('forbidden') }, setItem: () => { throw new Error('full') } }
  const made = new SourceChoice('desk', refusing)
  expect(made.of(CAMERAS, true)).toBe('0')
  made.choose('1', CAMERAS)
  expect(made.of(CAMERAS, true)).toBe('1')
})
