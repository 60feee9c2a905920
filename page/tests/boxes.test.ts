import { expect, test } from 'vitest'
import { Refused } from '../src/api/http'
import { Annotation } from '../src/boxes/annotation.svelte'
import { BoxedSet } from '../src/boxes/boxed-set.svelte'
import { pulled } from '../src/boxes/shapes'
import { View } from '../src/boxes/view.svelte'
import type { BoxedSetState } from '../src/records'
import { server, settled, type Question } from './server'

const box = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom })

test('a box is moved and resized within its picture, and may be turned over', () => {
  expect(pulled(box(10, 10, 30, 30), 'all', -50, 5, 100, 80)).toEqual(box(0, 15, 20, 35))
  expect(pulled(box(10, 10, 30, 30), 'se', 900, 7, 100, 80)).toEqual(box(10, 10, 100, 37))
  expect(pulled(box(10, 10, 30, 30), 'w', 40, 9, 100, 80)).toEqual(box(30, 10, 50, 30))
})

test('a view gets closer to a point, stays on the picture and is whole again', () => {
  const view = new View(200, 100)
  view.closer(2, { x: 0, y: 100 })
  expect(view.box).toBe('0 50 100 50')
  view.pan(500, -500)
  expect(view.box).toBe('100 0 100 50')
  view.closer(0.1)
  expect(view.box).toBe('0 0 200 100')
})

test('each gesture is one step that can be undone and done again, and a dot is no box', () => {
  const made = new Annotation(100, 80)
  made.begin()
  made.add('cat', box(10, 10, 10, 10))
  for (let far = 1; far <= 20; far += 1) made.pull(box(10, 10, 10, 10), 'se', far, far)
  made.end()
  expect(made.sent()).toEqual([{ number: null, label: 'cat', ...box(10, 10, 30, 30) }])
  made.begin()
  made.add('cat', box(50, 50, 51, 51))
  made.end()
  expect(made.drafts).toHaveLength(1)
  made.begin()
  made.add('cat', box(50, 50, 70, 70))
  made.cancel() // a second finger came
  expect(made.drafts).toHaveLength(1)
  expect(made.undo()).toBe(true)
  expect(made.drafts).toHaveLength(0)
  expect(made.undo()).toBe(false)
  expect(made.redo()).toBe(true)
  expect(made.drafts).toHaveLength(1)
})

test('a proposal counts when all is kept, and by hand alone only where it was touched', () => {
  const made = new Annotation(100, 80)
  made.propose([
    { label: 'cat', box: box(1, 1, 20, 20), score: 0.9, origin: 'network' },
    { label: 'dog', box: box(40, 40, 300, 70), score: 0.8, origin: 'carried' },
  ])
  expect(made.sent()).toHaveLength(2)
  expect(made.sent(false)).toEqual([])
  made.walk(-1)
  made.relabel('fox')
  expect(made.sent(false)).toEqual([{ number: null, label: 'fox', ...box(40, 40, 100, 70) }])
  made.remove()
  expect(made.sent()).toHaveLength(1)
})

const STATE = { name: 'yard', state: 1, pictures: 2, boxed: 0, open: 0, classes: [{ label: 'cat', boxes: 0 }], training: { number: 0 } } as unknown as BoxedSetState

function site(put: (question: Question) => unknown = () => null) {
  const pictures = [0, 1].map((place) => ({ hash: `hash${place}`, name: `${place}.png`, place, width: 100, height: 80, shooting: 'film', boxes: null as unknown[] | null }))
  const { ask, asked } = server((question) => {
    const { method, path } = question
    const found = pictures.find(({ hash }) => path.includes(hash))
    if (method === 'PUT') return put(question) ?? { ...found, boxes: [] }
    if (path.endsWith('/proposals')) return { boxes: [{ label: 'cat', box: box(1, 1, 9, 9), score: 1, origin: 'carried' }] }
    if (path.endsWith('/boxes')) return { ...found, boxes: [] }
    return { pictures }
  })
  return { set: new BoxedSet('yard', true, ask, () => ({ send: () => true, close() {} })), asked }
}

test('one key keeps what is proposed and goes on, however soon it comes', async () => {
  const { set, asked } = site()
  set.hear(STATE)
  await set.keep()
  const kept = asked.find(({ method }) => method === 'PUT')
  expect(kept).toMatchObject({ path: '/api/boxes/yard/pictures/hash0/boxes', sent: { seen: null, boxes: [{ label: 'cat', left: 1 }] } })
  expect(set.here?.hash).toBe('hash1')
})

test('one key says that nothing is there, and whatever was proposed is refused', async () => {
  const { set, asked } = site()
  set.hear(STATE)
  await set.nothing()
  expect(asked.find(({ method }) => method === 'PUT')).toMatchObject({ sent: { boxes: [] } })
  expect(set.here?.place).toBe(1)
})

test('what is refused as old knowledge stays on the page with what happened meanwhile', async () => {
  const { set } = site(() => new Refused(409, 'The boxes were changed meanwhile.'))
  set.hear(STATE)
  await set.keep()
  expect(set.problem).toBe('The boxes were changed meanwhile.')
  expect(set.here).toMatchObject({ hash: 'hash0', boxes: [] })
  expect(set.annotation?.drafts).toHaveLength(1)
})

test('going elsewhere keeps what was done by hand, and nothing that nobody touched', async () => {
  const { set, asked } = site()
  set.hear(STATE)
  await set.go(0)
  await settled()
  await set.go(1)
  expect(asked.some(({ method }) => method === 'PUT')).toBe(false)
  set.annotation?.place('dog', box(5, 5, 50, 50))
  await set.go(0)
  expect(asked.find(({ method }) => method === 'PUT')).toMatchObject({ sent: { boxes: [{ label: 'dog' }] } })
})
