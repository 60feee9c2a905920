import { expect, test } from 'vitest'
import { groupsOf } from '../src/about/openapi'
import { placeOf } from '../src/state/route.svelte'
import { bytes, counted, duration, percent } from '../src/words/numbers'
import { ago, dateField, dayAround, dayName, fromDateField, moment } from '../src/words/times'

test('numbers are said as people read them', () => {
  expect([percent(0.987), counted(1, 'class', 'classes'), counted(1234, 'face')]).toEqual(['99 %', '1 class', '1,234 faces'])
  expect([duration(0.4), duration(59.6), duration(3600), duration(7500)]).toEqual(['0 s', '1 min', '1 h', '2 h 5 min'])
  expect([bytes(0), bytes(1536), bytes(5 * 2 ** 20), bytes(30 * 2 ** 20)]).toEqual(['0 bytes', '1.5 KiB', '5.0 MiB', '30 MiB'])
})

test('times are said by how long ago they are', () => {
  const now = new Date('2026-11-26T12:00:00').getTime() / 1000
  expect([ago(now - 3, now), ago(now - 40, now), ago(now - 300, now), ago(now - 7200, now)]).toEqual(['just now', '40 s ago', '5 min ago', '2 h ago'])
  expect([dayName(now, now), dayName(now - 86400, now)]).toEqual(['Today', 'Yesterday'])
})

test('a picture of a film is told by its place in the film', () => {
  expect([moment(0), moment(75.9)]).toEqual(['0:00', '1:15'])
  expect(moment(new Date('2026-11-26T12:00:05').getTime() / 1000)).toBe('12:00:05')
})

test('a date that is chosen is the midnight of this place', () => {
  const begin = fromDateField('2026-03-29')!
  expect(dateField(begin)).toBe('2026-03-29')
  expect(dayAround(begin + 3600).begin).toBe(begin)
  expect(fromDateField('')).toBeNull()
})

test('a place that is not there leads to the live pictures', () => {
  expect(placeOf('#/events?person=Ada%20B').asked.get('person')).toBe('Ada B')
  expect([placeOf('#/events').place, placeOf('#/nowhere').place, placeOf('').place]).toEqual(['events', 'live', 'live'])
})

test('the document of the interface is read with its references', () => {
  const groups = groupsOf({
    info: { title: 't', version: '1' },
    paths: { '/api/x': { post: { summary: 'Do it.', tags: ['Things'], requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/In' } } } }, responses: { '200': { description: 'Done.' } } } } },
    components: { schemas: { In: { properties: { name: { type: 'string' }, boxes: { type: 'array', items: { $ref: '#/components/schemas/Box' } }, score: { anyOf: [{ type: 'number' }, { type: 'null' }] } } } } },
  })
  expect(groups[0]?.name).toBe('Things')
  expect(groups[0]?.operations[0]).toMatchObject({ method: 'POST', path: '/api/x', takes: [{ fields: [{ name: 'name', type: 'string' }, { name: 'boxes', type: 'Box[]' }, { name: 'score', type: 'number | null' }] }] })
})
