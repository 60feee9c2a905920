import { expect, test } from 'vitest'
import { isHere } from '../src/events/here'
import { lanesOf, spanOf, ticksOf } from '../src/events/day'
import { ALL, asked, filterOf, merged, STRANGERS, thing, Visits } from '../src/events/visits.svelte'
import { window } from '../src/parts/rows'
import type { CameraState, VisitState } from '../src/records'
import { away, server } from './server'

const visit = (id: number, more: Partial<VisitState> = {}): VisitState => ({
  id, kind: 'face', label: 'Ada', number: null, camera: 'hall', first: id, last: id + 1, over: true, score: 1,
  picture: false, announcements: [], rule: 'presence', measures: {}, clip: false, ...more,
})

test('pages follow each other until there are none', async () => {
  const { ask, asked: questions } = server(({ path }) => (path.includes('before=b') ? { visits: [visit(1)], next: null } : { visits: [visit(3), visit(2)], next: 'b' }))
  const visits = new Visits(ask)
  await visits.show({ ...ALL, camera: 'hall' })
  await visits.more()
  await visits.more()
  expect(visits.list.map(({ id }) => id)).toEqual([3, 2, 1])
  expect(questions.map(({ path }) => path)).toEqual(['/api/events?camera=hall&limit=100', '/api/events?camera=hall&before=b&limit=100'])
})

test('an answer to an earlier filter does not replace that to a later one', async () => {
  let late: (page: unknown) => void = () => undefined
  const { ask } = server(({ path }) => (path.includes('old') ? new Promise((resolve) => (late = resolve)) : { visits: [visit(9)], next: null }))
  const visits = new Visits(ask)
  const first = visits.show({ ...ALL, camera: 'old' })
  await visits.show({ ...ALL, camera: 'new' })
  late({ visits: [visit(1)], next: 'x' })
  await first
  expect(visits.list.map(({ id }) => id)).toEqual([9])
  expect(visits.next).toBeNull()
  expect(visits.loading).toBe(false)
})

test('what comes anew is put on top, and what was loaded stays', async () => {
  let page = { visits: [visit(2, { over: false }), visit(1)], next: 'b' }
  const visits = new Visits(server(() => page).ask)
  await visits.show(ALL)
  page = { visits: [visit(3), visit(2, { over: true })], next: 'b' }
  await visits.refresh()
  expect(visits.list.map(({ id, over }) => [id, over])).toEqual([[3, true], [2, true], [1, true]])
  expect(merged([], [visit(1)])).toHaveLength(1)
})

test('a server that is away is told, and what was loaded stays', async () => {
  let answer: unknown = { visits: [visit(1)], next: 'b' }
  const visits = new Visits(server(() => answer).ask)
  await visits.show(ALL)
  answer = away()
  await visits.more()
  expect(visits.error).toBe('The server does not answer.')
  expect(visits.list).toHaveLength(1)
  expect(visits.loading).toBe(false)
})

test('strangers are asked for as such, even if somebody is called so', () => {
  expect(asked({ ...ALL, who: STRANGERS })).toMatchObject({ unknown: true })
  expect(asked({ ...ALL, who: 'Strangers' })).toMatchObject({ person: 'Strangers' })
})

test('a day has a line for each who came, strangers last, with visits cut at midnight', () => {
  const lanes = lanesOf([visit(1, { label: null, number: 4, first: 50, last: 60 }), visit(2, { first: -20, last: 25 }), visit(3, { first: 90, last: 90, over: false }), visit(4, { first: 100, last: 101 })], 0, 100, 95)
  expect(lanes.map(({ name }) => name)).toEqual(['Ada', 'Strangers'])
  expect(lanes[0]!.bars.map(({ left, width }) => [left, Number(width.toFixed(3))])).toEqual([[0, 0.25], [0.9, 0.05]])
})

test('of a hundred thousand rows only those near the view are in the page', () => {
  const { first, last } = window(3_300_000, 660, 66, 100_000)
  expect([first, last]).toEqual([49_994, 50_016])
  expect(window(0, 600, 66, 3)).toEqual({ first: 0, last: 3 })
  expect(window(9_999, 600, 66, 3)).toEqual({ first: 3, last: 3 })
})

test('a week ends with the chosen day and begins six days before, with a mark at each midnight', () => {
  const noon = new Date(2026, 10, 26, 12).getTime() / 1000
  const week = spanOf(noon, 'week')
  expect(new Date(week.begin * 1000)).toEqual(new Date(2026, 10, 20))
  expect(new Date(week.end * 1000)).toEqual(new Date(2026, 10, 27))
  const ticks = ticksOf(week, 'week')
  expect(ticks.map(({ text }) => text)).toEqual(['Fri 20', 'Sat 21', 'Sun 22', 'Mon 23', 'Tue 24', 'Wed 25', 'Thu 26'])
  expect(ticks[0]!.at).toBe(0)
  expect(spanOf(noon, 'day')).toEqual({ begin: new Date(2026, 10, 26).getTime() / 1000, end: week.end })
})

test('links ask for a person, for strangers or for things', () => {
  const told = (query: string) => asked(filterOf(new URLSearchParams(query)))
  expect(told('person=Ada&camera=hall')).toMatchObject({ person: 'Ada', camera: 'hall' })
  expect(told('unknown')).toMatchObject({ unknown: true })
  expect(told('thing=cat')).toMatchObject({ label: 'cat' })
  expect(asked({ ...ALL, who: thing('cat') })).not.toHaveProperty('person')
})

test('where a camera has ended nobody is said to be there', () => {
  const camera = (running: boolean) => [{ name: 'hall', running } as CameraState]
  const there = visit(1, { camera: 'hall', over: false })
  expect([isHere(there, camera(true)), isHere(there, camera(false)), isHere(there, null)]).toEqual([true, false, true])
  expect(isHere({ ...there, over: true }, camera(true))).toBe(false)
})
