import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Heard } from '../src/api/channel'
import type { FollowedFrame, MeasuredLight } from '../src/records'
import { aliveOf, marksOf, measuredOf, readingOf } from '../src/rules/marks'
import { Trial } from '../src/rules/trial.svelte'

const LIGHT: MeasuredLight = { name: 'ready', state: 'blinking', reason: '', colour: 'green', brightness: 81.4, frequency: 2.04, duty: 0.5, box: [0, 0, 1, 1] }
const BEGUN = { id: 'a', rule: 'one', phase: 'begun', subject: 'ready', time: 10, measures: { frequency: 2 }, severity: 'info', told: 'told' }
const HOLDING = { id: 'a', rule: 'one', subject: 'ready', since: 10, measures: { frequency: 2 } }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function trying() {
  let heard: Heard = {}
  const sent: string[] = []
  let opened = 0
  let closed = 0
  const trial = new Trial((_path, given) => {
    heard = given
    opened += 1
    return { send: (message) => Boolean(sent.push(message as string)), close: () => void (closed += 1) }
  })
  const say = (news: object) => heard.text?.(JSON.stringify(news))
  const took = (number: number, problem: object | null = null) => say({ type: 'draft', number, rules: [], problem })
  const saw = (number: number, seen: Partial<FollowedFrame>) => say({ type: 'seen', number, missed: 0, seen: { time: 11, holding: [], lights: [], events: [], ...seen } })
  return { trial, sent, took, saw, turn: (state: 'open' | 'lost' | 'refused', reason = '') => heard.state?.(state, reason), opened: () => opened, closed: () => closed }
}

test('a draft is sent when the socket is open, and again when it is back', () => {
  const { trial, sent, turn, opened } = trying()
  trial.try('text', 2)
  turn('open')
  turn('lost')
  turn('open')
  expect(sent).toEqual(Array(2).fill('{"text":"text","camera":2,"number":1}'))
  expect(opened()).toBe(1)
})

test('what holds, is measured and began is told, and more is asked for after a while', async () => {
  const { trial, sent, took, saw } = trying()
  trial.try('text', 0)
  took(1)
  saw(1, { time: 12, holding: [HOLDING], lights: [LIGHT], events: [BEGUN] })
  expect([trial.time, trial.holding, trial.lights]).toEqual([12, [HOLDING], [LIGHT]])
  expect(trial.happened).toMatchObject([{ id: 'a', rule: 'one', begin: 10, end: null }])
  expect(sent).toEqual([])
  await vi.advanceTimersByTimeAsync(200)
  expect(sent).toEqual(['more', 'more'])
  saw(1, { events: [{ ...BEGUN, phase: 'ended', time: 15, measures: { seconds: 5 } }] })
  expect(trial.happened).toMatchObject([{ id: 'a', begin: 10, end: 15, measures: { seconds: 5 } }])
  expect(trial.holding).toEqual([])
})

test('the same text is not sent twice, and another one without a new socket', () => {
  const { trial, sent, opened, turn } = trying()
  trial.try('text', 0)
  turn('open')
  trial.try('text', 0)
  trial.try('other', 0)
  expect(sent.map((each) => (JSON.parse(each) as { number: number }).number)).toEqual([1, 2])
  expect(opened()).toBe(1)
})

test('a draft that cannot be used is told, and the one before goes on', () => {
  const { trial, took, saw } = trying()
  trial.try('text', 0)
  took(1)
  trial.try('wrong', 0)
  took(2, { words: 'no zone bay', line: 3, column: null })
  saw(1, { holding: [HOLDING] })
  expect([trial.problem, trial.holding.length]).toEqual(['no zone bay', 1])
  trial.try('right', 0)
  took(3)
  expect(trial.problem).toBe('')
})

test('of another camera nothing is taken over, and what still comes of the first is left out', () => {
  const { trial, took, saw } = trying()
  trial.try('text', 0)
  took(1)
  saw(1, { holding: [HOLDING], events: [BEGUN] })
  trial.try('text', 1)
  expect([trial.holding, trial.happened, trial.time]).toEqual([[], [], null])
  took(1)
  saw(1, { holding: [HOLDING] })
  expect(trial.holding).toEqual([])
  took(2)
  saw(2, { holding: [HOLDING] })
  expect(trial.holding).toEqual([HOLDING])
})

test('where the connection is lost nothing holds, what ended stays, and the reason is told', () => {
  const { trial, took, saw, turn } = trying()
  trial.try('text', 0)
  took(1)
  const ended = { ...BEGUN, id: 'b', phase: 'ended', time: 12 }
  saw(1, { holding: [HOLDING], events: [{ ...BEGUN, id: 'b' }, ended, BEGUN] })
  turn('lost', 'as many try rules here as can')
  expect([trial.holding, trial.time, trial.problem]).toEqual([[], null, 'as many try rules here as can'])
  expect(trial.happened.map(({ id }) => id)).toEqual(['b'])
  turn('lost')
  expect(trial.problem).toMatch(/connection is lost/)
})

test('a trial that is stopped closes its socket, asks for nothing, and can begin anew', async () => {
  const { trial, sent, took, saw, opened, closed } = trying()
  trial.try('text', 0)
  took(1)
  saw(1, { holding: [HOLDING] })
  trial.stop()
  await vi.advanceTimersByTimeAsync(500)
  expect([trial.holding, sent.length, closed()]).toEqual([[], 0, 1])
  trial.try('text', 0)
  expect(opened()).toBe(2)
})

test('no more is kept of what happened than can be looked through', () => {
  const { trial, took, saw } = trying()
  trial.try('text', 0)
  took(1)
  saw(1, { events: Array.from({ length: 200 }, (_, place) => ({ ...BEGUN, id: String(place) })) })
  expect(trial.happened.length).toBe(40)
  expect(trial.happened[0]?.id).toBe('199')
})

test('a light is marked by what it does, and its reading is said in full', () => {
  expect(marksOf([LIGHT]).ready).toEqual({ state: 'blinking', words: 'blinks 2.0/s, green' })
  expect(marksOf([{ ...LIGHT, state: 'off', frequency: null, duty: null }]).ready?.words).toBe('off')
  expect(marksOf([{ ...LIGHT, state: null }]).ready).toEqual({ state: 'unknown', words: 'cannot tell yet' })
  expect(readingOf(LIGHT)).toBe('It blinks 2.04 times a second, lit 50 % of the time, green. Just now it is 81 grey levels brighter than what is around it.')
  expect(readingOf({ ...LIGHT, state: null, reason: 'it is covered', brightness: null })).toBe('It cannot be told what it does: it is covered.')
  expect(readingOf({ ...LIGHT, state: 'off', frequency: null, brightness: -3 })).toBe('It is off, green when it is lit. Just now it is 3 grey levels darker than what is around it.')
  expect(readingOf({ ...LIGHT, box: null })).toBe('It is not found on the picture.')
})

test('what was measured is told in few words', () => {
  expect(measuredOf({ frequency: 2.01, frequency_uncertainty: 0.1, duty: 0.5, seconds: 4 })).toBe('2.0 times a second')
  expect(measuredOf({ dwell: 12.34, count: 3, speed: 1 })).toBe('dwell 12.3 s, count 3')
})

test('what a rule looks at that holds is alive', () => {
  const rules = { zones: { bay: [], gate: [] }, lights: { ready: {} }, rules: [{ name: 'one', when: { is: 'all', of: [{ is: 'in', zone: 'bay' }] } }, { name: 'two', look: { kind: 'light', label: 'ready' }, when: { is: 'blinks' } }] }
  expect([...aliveOf(rules, new Set(['one']))]).toEqual(['zones bay'])
  expect([...aliveOf(rules, new Set(['two']))]).toEqual(['lights ready'])
  expect(aliveOf(rules, new Set()).size).toBe(0)
})
