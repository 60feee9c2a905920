import { expect, test } from 'vitest'
import { Refused } from '../src/api/http'
import { Similar } from '../src/collection/similar.svelte'
import { TeachingQueue } from '../src/collection/teaching-queue.svelte'
import { server, type Question } from './server'

const picture = (hash: string, live = false) => ({ picture: hash, name: '', time: 0, live, told: null, probability: null, known: false, worth: 1 })

function queue(hashes: string[], more: (question: Question) => unknown = () => null) {
  let state = 7
  const { ask, asked } = server((question) => {
    const given = more(question)
    if (given !== null) return given
    if (question.path.endsWith('/answer')) return { state: (state += 1), act: (question.sent as { verdict: string }).verdict === 'skip' ? null : state }
    if (question.path.endsWith('/undo')) return { state: (state += 1), acts: [] }
    if (question.path === '/api/teach/desk') return { settings: { training: true, limit: 0.5, collecting: false } }
    return { state, untagged: hashes.length, live: 0, collecting: false, pictures: hashes.map((each) => picture(each)) }
  })
  return { made: new TeachingQueue('desk', ask), asked }
}

const SIX = ['a', 'b', 'c', 'd', 'e', 'f']

test('pictures are asked one after another, and those that were answered are not asked again when more come', async () => {
  const { made, asked } = queue(SIX)
  await made.read()
  await made.answer('shows', ['cup'])
  expect(made.first?.picture).toBe('b')
  expect(asked.at(-1)!.sent).toEqual({ picture: 'a', verdict: 'shows', labels: ['cup'], state: 7 })
  await made.answer('none')
  expect(asked.at(-1)!.path).toBe('/api/collection/desk/queue')
  expect(made.pictures.map((each) => each.picture)).toEqual(['c', 'd', 'e', 'f'])
  expect(made.answered).toBe(2)
})

test('what is looked at stays the first when the queue is asked anew', async () => {
  const hashes = ['a', 'b', 'c']
  const { made } = queue(hashes)
  await made.read()
  hashes.splice(0, 3, 'c', 'b', 'a')
  await made.read()
  expect(made.pictures.map((each) => each.picture)).toEqual(['a', 'c', 'b'])
  hashes.pop()
  await made.read()
  expect(made.first?.picture).toBe('c')
})

test('the last answer is taken back, and a skip leaves nothing to take back', async () => {
  const { made, asked } = queue(SIX)
  await made.read()
  await made.answer('shows', ['cup'])
  await made.undo()
  expect(made.pictures).toHaveLength(6)
  expect(asked.find(({ path }) => path.endsWith('/undo'))!.sent).toEqual({ acts: [8], state: 8 })
  expect([made.answered, made.canUndo]).toEqual([0, false])
  await made.answer('skip')
  expect([made.answered, made.canUndo]).toEqual([0, false])
})

test('what was refused is said, and the queue is asked anew', async () => {
  const { made, asked } = queue(SIX, ({ path }) => (path.endsWith('/answer') ? new Refused(409, 'Bob was quicker.') : null))
  await made.read()
  await expect(made.answer('none')).rejects.toThrow('Bob was quicker.')
  expect(asked.at(-1)!.method).toBe('GET')
  expect([made.busy, made.answered, made.first?.picture]).toEqual([false, 0, 'a'])
})

test('taking live pictures in changes nothing else that is wished', async () => {
  const { made, asked } = queue([])
  await made.collect(true)
  expect(asked.find(({ method }) => method === 'PUT')!.sent).toEqual({ training: true, limit: 0.5, collecting: true })
})

test('live pictures come from the queue, and all others from the collection', () => {
  const { made } = queue([])
  expect(made.source(picture('a', true), 640)).toBe('/api/collection/desk/queue/pictures/a')
  expect(made.source(picture('a'), 640)).toBe('/api/collection/desk/thumbnails/a?side=640')
})

test('many files are sent some at a time, and the lines of those that were refused are told', async () => {
  const { made, asked } = queue([], ({ path }) => (path.endsWith('/pictures') ? { added: 1, known: 0, refused: ['a.png: is no picture'] } : null))
  expect(await made.put(Array.from({ length: 21 }, (_, place) => new File(['x'], `${place}.png`)))).toHaveLength(2)
  expect(asked.filter(({ path }) => path.endsWith('/pictures'))).toHaveLength(2)
  expect(made.sending).toBe('')
})

test('of the pictures like one those that were left out are not tagged together with it', async () => {
  const found = { state: 7, pictures: [{ picture: 'b', cosine: 0.9 }, { picture: 'c', cosine: 0.8 }], spread: { least: 0.7, median: 0.8 }, compared: 9 }
  const { ask, asked } = server(() => found)
  const made = new Similar('/api/collection/desk', 'a', ask)
  expect(made.together).toEqual(['a'])
  await made.find(2)
  expect(asked[0]!.path).toBe('/api/collection/desk/similar/a?count=2')
  made.toggle('b')
  expect(made.together).toEqual(['a', 'c'])
  made.toggle('b')
  expect(made.together).toEqual(['a', 'b', 'c'])
  expect([made.knowsAll(10), made.knowsAll(11)]).toEqual([true, false])
})
