import { expect, test } from 'vitest'
import { squareRound } from '../src/people/face-cut'
import { asFields, asRows } from '../src/people/fields'
import { partsOf, Roster } from '../src/people/roster.svelte'
import { Sitting } from '../src/people/sitting.svelte'
import type { PersonState, Sighting } from '../src/records'
import { server } from './server'

const person = (folder: string): PersonState => ({ folder, name: folder, pictures: 1, learned: 1, preview: false, visits: 0, last: null, fields: {} })

function roster(may: boolean) {
  const { ask, asked } = server(({ path }) => {
    if (path === '/api/people') return { people: [person('Ada')] }
    if (path === '/api/visitors') return { visitors: [{ folder: 'v', pictures: [], last: 1 }] }
    if (path === '/api/corrections') return { corrections: [] }
    return { done: 'It is done.' }
  })
  return { roster: new Roster(() => may, ask), asked }
}

test('whoever may not see visitors does not ask for them', async () => {
  const viewer = roster(false)
  await viewer.roster.read()
  expect(viewer.asked.map(({ path }) => path)).not.toContain('/api/visitors')
  const editor = roster(true)
  await editor.roster.read()
  expect(editor.roster.visitors).toHaveLength(1)
})

test('a change is told in the words of the server, and everything read again', async () => {
  const { roster: known, asked } = roster(true)
  expect(await known.rename(person('A/B ü'), 'C')).toBe('It is done.')
  expect(asked[0]).toEqual({ method: 'PATCH', path: '/api/people/A%2FB%20%C3%BC', sent: { name: 'C' } })
  expect(known.people).toHaveLength(1)
})

test('many pictures go in several requests, and are learned with the last', async () => {
  const { roster: known, asked } = roster(true)
  const pictures = Array.from({ length: 120 }, (_, place) => new File(['x'], `${place}.jpg`))
  await known.add('Ada', pictures)
  const posts = asked.filter(({ method }) => method === 'POST')
  expect(posts.map(({ path }) => path)).toEqual(['/api/people?train=0', '/api/people?train=0', '/api/people?train=1'])
  expect(posts.map(({ sent }) => (sent as FormData).getAll('picture').length)).toEqual([50, 50, 20])
})

test('parts hold no more bytes than a request may, and one picture that is larger goes alone', () => {
  const sizes = partsOf([{ size: 6 }, { size: 5 }, { size: 30 }, { size: 1 }, { size: 2 }], 2, 10).map((part) => part.map(({ size }) => size))
  expect(sizes).toEqual([[6], [5], [30], [1, 2]])
})

test('fields keep their kinds, and what has no name is left out', () => {
  const rows = asRows({ age: 41, member: true, room: '007', note: null, nested: { a: 1 } })
  expect(asFields(rows)).toEqual({ age: 41, member: true, room: '007', note: null })
  expect(asFields([{ name: ' ', text: 'x' }, { name: ' floor ', text: '2' }])).toEqual({ floor: 2 })
})

test('a sitting takes a picture of one good face after each prompt, and says what is wrong', () => {
  const face = (more: Partial<Sighting> = {}): Sighting => ({ kind: 'face', label: null, score: 1, box: [0.3, 0.3, 0.6, 0.6], track: null, face: null, attributes: {}, ...more })
  const sitting = new Sitting()
  expect(sitting.wants([face()], 0)).toBe(false)
  expect(sitting.wants([], 2000)).toBe(false)
  expect(sitting.remark).toBe('No face is seen.')
  expect(sitting.wants([face(), face()], 2000)).toBe(false)
  expect(sitting.wants([face({ box: [0.3, 0.3, 0.35, 0.4] })], 2000)).toBe(false)
  expect(sitting.remark).toBe('Come nearer.')
  expect(sitting.wants([face()], 2000)).toBe(true)
  expect(sitting.wants([face()], 2100)).toBe(false)
  for (let time = 4000; !sitting.isOver && time < 60_000; time += 2000) sitting.wants([face()], time)
  expect(sitting.taken).toBe(6)
  expect(sitting.wants([face()], 99_999)).toBe(false)
})

test('a face is cut out with what is around it, and never beyond the picture', () => {
  expect(Object.values(squareRound([0.4, 0.4, 0.6, 0.6], 100, 100)).map(Math.round)).toEqual([28, 28, 44, 44])
  const corner = squareRound([0.9, 0, 1, 0.2], 100, 100)
  expect(corner.x + corner.wide).toBeLessThanOrEqual(100)
  expect(corner.y).toBe(0)
})
