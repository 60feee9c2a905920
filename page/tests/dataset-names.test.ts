import { expect, test } from 'vitest'
import type { Ask } from '../src/api/http'
import { lastInForce } from '../src/datasets/acts.svelte'
import { DatasetNames } from '../src/datasets/dataset-names.svelte'
import type { ActGroup } from '../src/records'

const answering = (names: readonly string[]): Ask =>
  (async (how: string, _path: string, body?: { name: string }) => (how === 'GET' ? { names } : { name: body!.name.trim() })) as Ask

function remembering(kept: Record<string, string> = {}) {
  return { kept, getItem: (key: string) => kept[key] ?? null, setItem: (key: string, value: string) => void (kept[key] = value) }
}

test('a visit begins with the dataset of the last one', async () => {
  const names = new DatasetNames('/api/boxes', 'boxes', answering(['barn', 'yard']), remembering({ boxes: 'yard' }))
  expect(names.chosen).toBe(null)
  await names.read()
  expect(names.chosen).toBe('yard')
})

test('where the last one is gone it begins with the first, and where there is none with none', async () => {
  const names = new DatasetNames('/api/boxes', 'boxes', answering(['barn', 'yard']), remembering({ boxes: 'attic' }))
  await names.read()
  expect(names.chosen).toBe('barn')
  const none = new DatasetNames('/api/boxes', 'boxes', answering([]), remembering())
  await none.read()
  expect([none.all, none.chosen]).toEqual([[], null])
})

test('a new one is listed in its place, shown and remembered as the server calls it', async () => {
  const memory = remembering()
  const names = new DatasetNames('/api/boxes', 'boxes', answering(['barn', 'yard']), memory)
  await names.read()
  await names.create(' hall ')
  expect([names.all, names.chosen, memory.kept]).toEqual([['barn', 'hall', 'yard'], 'hall', { boxes: 'hall' }])
})

test('what is undone next is the last act in force that is no undoing and can be undone', () => {
  const act = (number: number, more: Partial<ActGroup> = {}): ActGroup => ({ numbers: [number], time: 0, who: 'Ada', kind: 'tag', summary: '', undone: false, is_undoing: false, ...more })
  expect(lastInForce([act(5, { kind: 'purge' }), act(4, { is_undoing: true }), act(3, { undone: true }), act(2), act(1)])?.numbers).toEqual([2])
  expect(lastInForce([])).toBe(undefined)
})
