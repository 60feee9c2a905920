import { expect, test } from 'vitest'
import { Refused } from '../src/api/http'
import { PictureQuestions } from '../src/identify/picture-questions.svelte'
import { server, settled } from './server'

const networks = { faces: true, digits: true, classifiers: [{ name: 'imagenet', version: '1', classes: 1000 }], detectors: [{ name: 'coco', version: '1', classes: 80 }] }
const size = { width: 200, height: 100, network: 'n', version: '1', waited: 1, worked: 2 }
const face = { kind: 'face', label: 'Ada', score: 0.7, box: [20, 10, 40, 30], track: null, face: null, attributes: {} }

function answering(path: string): unknown {
  if (path === '/api/networks') return networks
  if (path === '/api/faces') return { ...size, faces: [face] }
  if (path.startsWith('/api/detect')) return { ...size, limits: {}, objects: [{ class: 0, label: 'cat', score: 0.4, box: [0, 0, 200, 100] }, { class: 1, label: 'dog', score: 0.9, box: [0, 0, 100, 100] }] }
  return new Refused(424, 'The network is missing.')
}

function questions(answer = answering) {
  const { ask, asked } = server(({ path }) => answer(path))
  return { questions: new PictureQuestions(ask, async () => ({ width: 200, height: 100 }) as ImageBitmap), asked }
}

const picture = new Blob(['x'], { type: 'image/jpeg' })

test('a picture is asked about once, and sliders redraw without asking again', async () => {
  const { questions: asking, asked } = questions()
  await asking.take(picture, 'a.jpg')
  await settled()
  expect(asking.seen.map(({ label }) => label)).toEqual(['Ada', 'dog'])
  expect(asking.seen[0]!.box).toEqual([0.1, 0.1, 0.2, 0.3])
  const before = asked.length
  asking.limits.object = 0.3
  asking.limits.face = 0.8
  expect(asking.seen.map(({ label }) => label)).toEqual([null, 'cat', 'dog'])
  expect(asked.length).toBe(before)
})

test('one network that is missing does not hold up the others', async () => {
  const { questions: asking } = questions()
  await asking.take(picture, 'a.jpg')
  await settled()
  expect(asking.classes.imagenet).toEqual({ state: 'refused', error: 'The network is missing.' })
  expect(asking.faces?.state).toBe('answered')
})

test('what is no picture is told, and the one before stays', async () => {
  const { ask } = server(({ path }) => answering(path))
  const asking = new PictureQuestions(ask, async () => { throw new DOMException('cannot decode') })
  await asking.take(picture, 'notes.txt')
  expect(asking.error).toContain('notes.txt is not a picture')
  expect(asking.bitmap).toBeNull()
})

test('the answer to the picture before is not shown on this one', async () => {
  let late: (answer: unknown) => void = () => undefined
  let first = true
  const { questions: asking } = questions((path) => {
    if (path !== '/api/faces') return answering(path)
    if (!first) return { ...size, faces: [] }
    first = false
    return new Promise((resolve) => (late = resolve))
  })
  await asking.take(picture, 'a.jpg')
  await settled()
  await asking.take(picture, 'b.jpg')
  late({ ...size, faces: [face] })
  await settled()
  expect(asking.seen.filter(({ kind }) => kind === 'face')).toEqual([])
})

test('the file holds answers and limits', async () => {
  const { questions: asking } = questions()
  await asking.take(picture, 'a.jpg')
  await settled()
  expect(asking.record()).toMatchObject({ picture: 'a.jpg', limits: { object: 0.5 }, faces: { faces: [{ label: 'Ada' }] }, classes: [] })
})
