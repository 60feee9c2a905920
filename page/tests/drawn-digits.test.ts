import { expect, test } from 'vitest'
import { DrawnDigits, read } from '../src/identify/drawn-digits.svelte'
import type { DigitLearning, DigitVersion } from '../src/records'
import { server, settled } from './server'

const NOTHING = { before: null, now: null, chance: 1 }
const RUN = { number: 0, running: false, stage: '', done: 0, total: null, left: null, error: null }
const STROKES = [[{ x: 1, y: 2 }]]

function version(number: number, in_use: boolean): DigitVersion {
  return { number, created: '', drawings: number - 1, sittings: 1, seconds: 1, held_out: NOTHING, left_out: NOTHING, in_use, notes: [] }
}

function state(...versions: DigitVersion[]): DigitLearning {
  return { run: RUN, counts: [0, 0, 0, 0, 0, 0, 0, 2, 1, 0], sittings: 1, drawings: [], versions, problem: null }
}

function made(answer: (path: string) => unknown) {
  let changed = 0
  let close = 0
  let text: (told: string) => void = () => {}
  const { ask, asked } = server(({ path }) => answer(path))
  const digits = new DrawnDigits(
    async () => new Blob(['x']),
    () => (changed += 1),
    ask,
    (_, heard) => {
      text = heard.text!
      return { close: () => (close += 1) }
    },
  )
  const tell = async (learning: DigitLearning): Promise<void> => {
    text(JSON.stringify({ digits: learning, type: 'digits' }))
    await settled()
  }
  return { digits, asked, tell, changed: () => changed, closed: () => close }
}

test('what was wrong is asked again as soon as another version is in use, and not before', async () => {
  const { digits, asked, tell, changed } = made((path) => (path === '/api/digit' ? { number: '7', problem: null } : { done: '1 digit is new' }))
  digits.start()
  await tell(state())
  expect(digits.count).toBe(3)
  expect(await digits.keep(STROKES, '7', '2')).toBe('1 digit is new')
  expect(digits.corrected).toEqual([{ strokes: STROKES, right: '7', was: '2', now: null }])
  await tell({ ...state(), run: { ...RUN, running: true, number: 1 } })
  expect([changed(), asked.filter(({ path }) => path === '/api/digit').length]).toEqual([0, 0])
  await tell(state(version(2, true), version(1, false)))
  expect(digits.corrected[0]!.now).toBe('7')
  expect(changed()).toBe(1)
  expect(digits.inUse?.number).toBe(2)
})

test('a version that is not in use leaves all as it was', async () => {
  const { digits, tell, changed } = made(() => ({ done: '' }))
  digits.start()
  await tell(state())
  await digits.keep(STROKES, '7', '2')
  await tell(state(version(2, false), version(1, true)))
  expect([changed(), digits.corrected[0]!.now]).toEqual([0, null])
})

test('the first that is heard is no change, and the channel is closed with the page', async () => {
  const { digits, asked, tell, changed, closed } = made(() => null)
  digits.start()
  digits.start()
  await tell(state(version(2, true), version(1, false)))
  expect([changed(), asked.length]).toEqual([0, 0])
  digits.stop()
  digits.stop()
  expect(closed()).toBe(1)
})

test('what the server says to an act is shown at once', async () => {
  const { digits, asked } = made((path) => (path.endsWith('/learning') ? { ...state(), run: { ...RUN, running: true } } : state(version(2, false), version(1, true))))
  await digits.learn()
  expect(digits.state?.run.running).toBe(true)
  await digits.use(1)
  expect(digits.inUse?.number).toBe(1)
  await digits.end()
  await digits.takeOut('abc')
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/digit/learning',
    'POST /api/digit/versions/1/use',
    'POST /api/digit/learning/stop',
    'DELETE /api/digit/corrections/abc',
  ])
})

test('an answer without a number is said in words', () => {
  expect([read({ number: '42', problem: null }), read({ number: null, problem: 'empty' }), read({ number: null, problem: 'no digit' })]).toEqual(['42', 'empty', 'no digit'])
})
