import { expect, test } from 'vitest'
import { Refused } from '../src/api/http'
import { Collection } from '../src/collection/collection.svelte'
import { ALL, asked, cell, filterOf, isFiltered } from '../src/collection/filter'
import { Lasso } from '../src/collection/lasso'
import { away, server, settled, type Question } from './server'

const act = (number: number, more = {}) => ({ numbers: [number], time: 0, who: 'editor', kind: 'tag', summary: '', undone: false, is_undoing: false, ...more })

function site(more: (question: Question) => unknown = () => null) {
  let state = 7
  let pictures = ['a', 'b', 'c']
  const told = { acts: [act(7)], overview: { classes: [] } }
  const { ask, asked: questions } = server((question) => {
    const { method, path } = question
    const given = more(question)
    if (given !== null) return given
    if (path.endsWith('/overview')) return told.overview
    if (path.endsWith('/acts')) return { state, acts: told.acts }
    if (path.endsWith('/undo')) return { state: (state += 1), acts: told.acts }
    if (method === 'POST') return { state: (state += 1), act: state }
    return { state, total: 3, pictures }
  })
  return { made: new Collection('my desk', ask, () => ({ send: () => true, close() {} })), questions, list: (next: string[]) => (pictures = next), pass: () => (state += 1) }
}

const changes = (questions: readonly Question[]) => questions.filter(({ method, path }) => method === 'POST' && !path.endsWith('/details'))

test('what is asked for is listed, and what was chosen and has gone is chosen no more', async () => {
  const { made, questions, list } = site()
  await made.show({ ...ALL, label: 'red cup', kind: 'suspect' })
  expect(questions[0]!.path).toBe('/api/collection/my%20desk?label=red+cup&kind=suspect')
  made.selection.all()
  list(['c', 'd'])
  await made.refresh()
  expect(made.pictures).toEqual(['c', 'd'])
  expect(made.selection.chosen()).toEqual(['c'])
})

test('an answer to an earlier filter does not replace that to a later one', async () => {
  let late: (view: unknown) => void = () => undefined
  const { made } = site(({ path }) => (path.includes('label=old') ? new Promise((resolve) => (late = resolve)) : null))
  const first = made.show({ ...ALL, label: 'old' })
  await made.show({ ...ALL, label: 'new' })
  late({ state: 1, total: 1, pictures: ['old'] })
  await first
  expect(made.pictures).toEqual(['a', 'b', 'c'])
})

test('acts follow each other, each with the state that the one before has left', async () => {
  const { made, questions } = site()
  await made.show(ALL)
  await Promise.all([made.change('tag', { pictures: ['a'], labels: ['cup'], said: true }), made.change('delete', { pictures: ['b'] }), made.undo()])
  expect(changes(questions).map(({ path, sent }) => [path.split('/').at(-1), (sent as { state: number }).state])).toEqual([['tag', 7], ['delete', 8], ['undo', 9]])
})

test('what others did between two quick acts does not count as seen', async () => {
  const { made, questions, pass } = site(({ path }) => (path.endsWith('/tag') ? (pass(), null) : null))
  await made.show(ALL)
  await Promise.all([made.change('tag', { pictures: ['a'] }), made.change('delete', { pictures: ['a'] })])
  expect(changes(questions).map(({ sent }) => (sent as { state: number }).state)).toEqual([7, 7])
})

test('what is refused as old knowledge says so, all is asked anew, and the same can be done again', async () => {
  let refused = false
  const { made, questions, pass } = site(({ path }) => {
    if (!path.endsWith('/tag') || refused) return null
    refused = true
    return new Refused(409, 'Bob has deleted 2 pictures meanwhile.')
  })
  await made.show(ALL)
  made.selection.choose(1)
  pass()
  await expect(made.change('tag', { pictures: ['b'] })).rejects.toThrow('Bob has deleted 2 pictures meanwhile.')
  await settled()
  expect(made.selection.chosen()).toEqual(['b'])
  await made.change('tag', { pictures: ['b'] })
  expect(changes(questions).map(({ sent }) => (sent as { state: number }).state)).toEqual([7, 8])
})

test('what was undone already, undoes, or cannot be undone is no last act', async () => {
  const { made, questions } = site(({ path }) => (path.endsWith('/acts') ? { state: 7, acts: [act(9, { is_undoing: true }), act(8, { undone: true }), act(7, { kind: 'purge' }), act(5)] } : null))
  await made.refresh()
  await made.undo()
  expect(changes(questions)[0]).toMatchObject({ path: '/api/teach/my%20desk/undo', sent: { acts: [5] } })
  const nothing = site(({ path }) => (path.endsWith('/acts') ? { state: 7, acts: [] } : null))
  await nothing.made.refresh()
  await nothing.made.undo()
  expect(changes(nothing.questions)).toEqual([])
})

test('a server that is away is told, and what was listed stays', async () => {
  let gone = false
  const { made } = site(() => (gone ? away() : null))
  await made.refresh()
  gone = true
  await made.refresh()
  expect(made.problem).toBe('The server does not answer.')
  expect(made.pictures).toHaveLength(3)
  gone = false
  await made.refresh()
  expect(made.problem).toBe('')
})

test('a filter goes into a link and comes out of it, and what makes no sense is left out', () => {
  const filter = { ...ALL, label: 'Tasse & Löffel', since: 12.5, kind: 'doubled', order: 'oldest' } as const
  const link = new URLSearchParams(Object.entries(asked(filter)).filter(([, value]) => value !== null && value !== '') as [string, string][])
  expect(filterOf(link)).toEqual(filter)
  expect(filterOf(new URLSearchParams('kind=evil&order=up&since=-1&until=x'))).toEqual(ALL)
  expect([isFiltered(ALL), isFiltered({ ...ALL, order: 'oldest' }), isFiltered(cell('cup', 'book'))]).toEqual([false, false, true])
})

test('what is pulled a little is a click, and what is pulled to an edge scrolls along', () => {
  const lasso = new Lasso(100, 200, 1000)
  lasso.pull(103, 202)
  expect([lasso.begun, lasso.speed(600)]).toEqual([false, 0])
  lasso.pull(40, 300)
  expect([lasso.begun, lasso.speed(600)]).toEqual([true, 0])
  expect(lasso.area(1000)).toEqual({ left: 40, right: 100, top: 1200, bottom: 1300 })
  expect(lasso.area(1400)).toEqual({ left: 40, right: 100, top: 1200, bottom: 1700 })
  lasso.pull(40, 590)
  const near = lasso.speed(600)
  lasso.pull(40, 900)
  expect(near).toBeGreaterThan(0)
  expect(lasso.speed(600)).toBeGreaterThan(near)
  lasso.pull(40, -20)
  expect(lasso.speed(600)).toBeLessThan(0)
  expect(lasso.area(0)).toEqual({ left: 40, right: 100, top: -20, bottom: 1200 })
})
