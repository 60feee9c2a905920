import { expect, test } from 'vitest'
import { Collection } from '../src/collection/collection.svelte'
import { ALL } from '../src/collection/filter'
import { ActLog } from '../src/datasets/acts.svelte'
import type { ActGroup, RecogniserState } from '../src/records'
import { Recogniser } from '../src/teach/recogniser.svelte'
import { away, server, settled } from './server'

const act = (number: number): ActGroup => ({ numbers: [number], time: 0, who: 'editor', kind: 'tag', summary: '', undone: false, is_undoing: false })
const none = () => ({ send: () => true, close() {} })

test('an answer that was overtaken does not bring back an old last act', () => {
  const log = new ActLog()
  expect([log.state, log.last]).toEqual([0, undefined])
  log.take({ state: 8, acts: [act(8), act(7)] })
  log.take({ state: 7, acts: [act(7)] })
  expect([log.state, log.last?.numbers, log.acts.length]).toEqual([8, [8], 2])
  log.take({ state: 8, acts: [act(8)] })
  expect(log.acts.length).toBe(1)
})

test('a question for acts that is answered late undoes nothing else than the last act', async () => {
  let late: (told: unknown) => void = () => undefined
  let state = 7
  let asked = 0
  const { ask, asked: questions } = server(({ method, path }) => {
    if (path.endsWith('/acts')) return asked++ ? { state, acts: [act(state)] } : new Promise((resolve) => (late = resolve))
    if (path.endsWith('/undo') || path.endsWith('/tag')) return { state: (state += 1), act: state, acts: [] }
    return method === 'POST' || path.endsWith('/overview') ? {} : { state, total: 1, pictures: ['a'] }
  })
  const made = new Collection('desk', ask, none)
  void made.refresh()
  await settled()
  await made.change('tag', { pictures: ['a'] })
  await settled()
  late({ state: 7, acts: [act(7)] })
  await settled()
  await made.undo()
  expect(questions.find(({ path }) => path.endsWith('/undo'))?.sent).toEqual({ acts: [8], state: 8 })
})

test('where the acts could not be asked for, the last one is undone only if nothing came after it', async () => {
  let state = 7
  const { ask, asked: questions } = server(({ method, path }) => {
    if (path.endsWith('/acts')) return state === 7 ? { state, acts: [act(7)] } : away()
    if (path.endsWith('/undo') || path.endsWith('/tag')) return { state: (state += 1), act: state, acts: [] }
    return method === 'POST' || path.endsWith('/overview') ? {} : { state, total: 1, pictures: ['a'] }
  })
  const made = new Collection('desk', ask, none)
  await made.show(ALL)
  await made.refresh()
  await made.change('tag', { pictures: ['a'] })
  await made.undo()
  expect(questions.find(({ path }) => path.endsWith('/undo'))?.sent).toEqual({ acts: [7], state: 7 })
})

test('what news tell of before the acts have come is not taken for seen by an undo', async () => {
  const told = { state: 3, acts: [act(3)] }
  let waits = false
  const { ask, asked: questions } = server(({ path }) => (path.endsWith('/acts') && waits ? new Promise(() => undefined) : path.endsWith('/versions') ? { versions: [] } : told))
  const made = new Recogniser('desk', ask, none)
  const news = (state: number) => made.hear({ state, learning: { version: null } } as unknown as RecogniserState)
  await made.undo()
  news(3)
  await settled()
  waits = true
  news(4)
  await made.undo()
  expect(questions.filter(({ path }) => path.endsWith('/undo')).map(({ sent }) => sent)).toEqual([{ acts: [3], state: 3 }])
})
