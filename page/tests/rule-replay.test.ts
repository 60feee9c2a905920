import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Refused } from '../src/api/http'
import type { AskedRehearsal } from '../src/records'
import { limitsOf, triedOf, withLimit } from '../src/rules/limits'
import { Replay } from '../src/rules/replay.svelte'
import { Vocabulary } from '../src/rules/schema'
import { Why } from '../src/rules/why.svelte'
import type { Rule } from '../src/rules/vocabulary'
import { server, settled, type Question } from './server'

const seconds = { type: 'number', minimum: 0, maximum: 31_536_000 }
const words = new Vocabulary({
  $defs: {
    RuleText: { properties: { when: { discriminator: { mapping: { blinks: '#/$defs/Blinks', in: '#/$defs/Zone', all: '#/$defs/All', not: '#/$defs/Not' } } }, cooldown: { ...seconds, default: 0 }, patience: { ...seconds, maximum: 600, default: 1 } } },
    Look: { properties: { score: { type: 'number', minimum: 0, maximum: 1, default: 0 } } },
    Blinks: { properties: { from: { type: 'number', exclusiveMinimum: 0, default: 0.1 }, to: { type: 'number', exclusiveMinimum: 0, default: 1000 }, alternations: { type: 'integer', minimum: 1, default: 4 } } },
    Zone: { properties: { zone: { type: 'string' }, for: { ...seconds, default: 0 } } },
    All: { properties: { of: { type: 'array' } } },
    Not: { properties: { of: {} } },
  },
})
const RULE: Rule = { name: 'one', look: { kind: 'light' }, when: { is: 'all', of: [{ is: 'blinks', from: 1.5, to: 2.5 }, { is: 'not', of: { is: 'in', zone: 'bay', for: 3 } }] } }
const DONE = { frames: 9, first: 0, last: 9, complete: true, count: 2, events: [], days: [], varied: [{ value: 1.5, events: 2, told: 1 }], unmeasured: [] }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('all numbers of a rule can be varied, by where they stand', () => {
  const limits = limitsOf(RULE, words)
  expect(limits.map(({ path, value }) => [path, value])).toEqual([['when.of.0.from', 1.5], ['when.of.0.to', 2.5], ['when.of.1.of.for', 3], ['cooldown', 0], ['patience', 1]])
  expect(limitsOf({ ...RULE, look: { kind: 'object' } }, words).map(({ path }) => path)).toContain('look.score')
  expect(withLimit(RULE, 'when.of.1.of.for', 7).when).toMatchObject({ of: [{}, { of: { zone: 'bay', for: 7 } }] })
  expect(withLimit(RULE, 'look.score', 0.5).look).toEqual({ kind: 'light', score: 0.5 })
})

test('values that are tried make sense: the one that holds is among them, and no bound is passed', () => {
  const [from, to, dwell] = limitsOf(RULE, words) as [never, never, never]
  expect(triedOf(from)).toEqual(expect.arrayContaining([1.5, 2.5]))
  expect(Math.min(...triedOf(from))).toBeGreaterThan(0)
  expect(Math.max(...triedOf(from))).toBe(2.5) // no more than the upper bound
  expect(Math.min(...triedOf(to))).toBe(1.5)
  expect(triedOf(dwell)).toEqual(expect.arrayContaining([0, 3, 9]))
  for (const each of [from, to, dwell]) expect(triedOf(each).length).toBeLessThanOrEqual(25)
})

test.each([
  [{ value: 0.5, least: 0, most: 1, whole: false, above: false }, [0, 0.5, 1]],
  [{ value: 2, least: 0, most: 1e5, whole: true, above: false }, [0, 1, 2, 3, 10]],
  [{ value: 0, least: 0, most: 1e5, whole: false, above: false }, [0, 0.5, 1, 10]],
  [{ value: 1000, least: 0, most: 10, whole: false, above: true }, [0.5, 10]],
  [{ value: 86_400, least: 0, most: 1e5, whole: false, above: false }, [0, 86_400, 100_000]],
  [{ value: 5, least: 5, most: 5, whole: false, above: false }, [5]],
])('%j is tried with sensible values', (limit, some) => {
  const tried = triedOf({ ...limit, path: '', label: '', unit: '', reach: 10 })
  expect(tried).toEqual(expect.arrayContaining(some))
  expect(tried.length).toBeLessThanOrEqual(25)
  expect(tried.every((each) => each >= limit.least && each <= limit.most)).toBe(true)
})

test('a replay is asked of a draft with other values of one limit, and tells the count for each', async () => {
  const { ask, asked } = server(() => DONE)
  const replay = new Replay(ask, () => 100_000)
  await replay.run('text', 'one', limitsOf(RULE, words)[0]!)
  const sent = asked[0]!.sent as AskedRehearsal
  expect(sent).toMatchObject({ since: 13_600, text: 'text', rule: 'one', vary: { rule: 'one', field: 'when.of.0.from' } })
  expect(replay.countsOf('when.of.0.to')).toEqual([])
  expect(replay.countsOf('when.of.0.from')).toEqual([{ value: 1.5, events: 2, told: 1 }])
  expect(replay.busy).toBe(false)
})

test('while another replay runs it is asked again, and only the newest is shown', async () => {
  let first = true
  const { ask, asked } = server(() => {
    if (!first) return DONE
    first = false
    return new Refused(429, 'Busy')
  })
  const replay = new Replay(ask)
  await replay.run('old', 'one', null)
  expect(replay.busy).toBe(true)
  await vi.runAllTimersAsync()
  expect(replay.result).toEqual(DONE)
  expect(asked).toHaveLength(2)
})

test('an answer about an older draft is left out', async () => {
  const answers: ((given: unknown) => void)[] = []
  const { ask } = server(() => new Promise((resolve) => answers.push(resolve)))
  const replay = new Replay(ask)
  const old = replay.run('old', 'one', null)
  const fresh = replay.run('new', 'one', null)
  answers[1]!({ ...DONE, count: 7 })
  answers[0]!(DONE)
  await Promise.all([old, fresh])
  expect(replay.result?.count).toBe(7)
})

test('nothing that was kept is said, and the old result is gone', async () => {
  let none = false
  const { ask } = server(() => (none ? new Refused(422, 'Nothing was kept') : DONE))
  const replay = new Replay(ask)
  await replay.run(null, 'one', null)
  none = true
  await replay.run(null, 'one', null)
  expect([replay.result, replay.problem]).toEqual([null, 'Nothing was kept'])
})

test('why not now is asked again and again, why not then but once', async () => {
  const reason = { camera: 'yard', holds: false, near: 0.5, at: 1, words: 'dwell 2 s < 3 s' }
  const { ask, asked } = server(({ sent }: Question) => ({ cameras: [{ ...reason, at: (sent as { time: number | null }).time ?? 2 }] }))
  const why = new Why(ask)
  await why.ask('text', 'one', null)
  await vi.advanceTimersByTimeAsync(4100)
  expect(asked).toHaveLength(3)
  await why.ask('text', 'one', 7)
  await vi.advanceTimersByTimeAsync(9000)
  expect(asked).toHaveLength(4)
  expect(why.reasons?.[0]?.at).toBe(7)
  why.stop()
  await settled()
})
