import { expect, test } from 'vitest'
import { Refused } from '../src/api/http'
import { Suspects } from '../src/collection/suspects.svelte'
import { server, type Question } from './server'

const suspect = (picture: string) => ({ picture, name: `${picture}.png`, shows: ['red'], answer: 'blue', label: 'blue', denies: false, probability: 0.9, likely: true, evidence: 'It looks blue.' })

function suspects(hashes: string[], more: (question: Question) => unknown = () => null) {
  let state = 7
  const { ask, asked } = server((question) => {
    const given = more(question)
    if (given !== null) return given
    if (question.path.endsWith('/settle')) return { state: (state += 1), act: state }
    if (question.path.endsWith('/undo')) return { state: (state += 1), acts: [] }
    return { state, total: hashes.length, suspects: hashes.map(suspect) }
  })
  return { made: new Suspects('desk', ask), asked }
}

const SEVEN = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

test('the most suspicious is settled first, and the next one as it was seen, whatever others did meanwhile', async () => {
  const { made, asked } = suspects(SEVEN)
  await made.read()
  await made.settle('relabel')
  expect(asked.at(-1)!.sent).toEqual({ picture: 'a', verdict: 'relabel', state: 7, label: null })
  await made.settle('relabel', 'green')
  expect(asked.at(-1)!.sent).toEqual({ picture: 'b', verdict: 'relabel', state: 7, label: 'green' })
  expect([made.first?.picture, made.answered]).toEqual(['c', 2])
})

test('what was skipped or settled is not asked again when more are asked for', async () => {
  const { made, asked } = suspects(['a', 'b', 'c', 'd', 'e', 'f'])
  await made.read()
  await made.pass()
  await made.settle('right')
  expect(asked.at(-1)!.path).toBe('/api/collection/desk/suspects?count=52')
  expect(made.pictures.map((each) => each.picture)).toEqual(['c', 'd', 'e', 'f'])
  expect(made.answered).toBe(1)
})

test('the last decision is taken back, and asked about again though nobody doubts it until that is learned', async () => {
  const hashes = [...SEVEN]
  const { made, asked } = suspects(hashes)
  await made.read()
  await made.settle('delete')
  hashes.shift()
  await made.undo()
  expect(asked.find(({ path }) => path.endsWith('/undo'))!.sent).toEqual({ acts: [8], state: 8 })
  expect([made.first?.picture, made.answered, made.canUndo]).toEqual(['a', 0, false])
})

test('what was refused is said, and the suspects are asked for anew', async () => {
  const { made, asked } = suspects(SEVEN, ({ path }) => (path.endsWith('/settle') ? new Refused(409, 'Bob was quicker.') : null))
  await made.read()
  await expect(made.settle('right')).rejects.toThrow('Bob was quicker.')
  expect(asked.at(-1)!.method).toBe('GET')
  expect([made.busy, made.answered, made.first?.picture]).toEqual([false, 0, 'a'])
})

test('a key that comes while a decision is on its way leaves nothing out', async () => {
  const { made } = suspects(SEVEN)
  await made.read()
  await Promise.all([made.settle('right'), made.pass(), made.settle('delete')])
  expect([made.first?.picture, made.answered]).toEqual(['b', 1])
})
