import { expect, test } from 'vitest'
import { away, settled } from './server'
import { Details, type Detail } from '../src/collection/details.svelte'

const detail = (hash: string, name = hash): Detail => ({ hash, name }) as Detail

/** A server whose answers come when the test says so. */
function held() {
  const asked: string[][] = []
  const open: (() => void)[] = []
  let name = 'first'
  const ask = (pictures: readonly string[]) => {
    asked.push([...pictures])
    const said = pictures.map((hash) => detail(hash, name))
    return new Promise<{ pictures: Detail[] }>((resolve) => open.push(() => resolve({ pictures: said })))
  }
  const answer = async () => {
    open.shift()?.()
    await settled()
  }
  return { ask, asked, answer, rename: (to: string) => (name = to) }
}

test('what is in sight is asked for once, and what went by meanwhile never', async () => {
  const { ask, asked, answer } = held()
  const details = new Details(ask)
  details.need(['a', 'b'])
  details.need(['c'])
  details.need(['b', 'd'])
  await answer()
  expect(details.get('a')?.hash).toBe('a')
  await answer()
  details.need(['a', 'd'])
  expect(asked).toEqual([['a', 'b'], ['d']])
  expect(details.get('c')).toBeUndefined()
})

test('after a change what is known is shown until what is new has come', async () => {
  const { ask, asked, answer, rename } = held()
  const details = new Details(ask)
  details.need(['a'])
  await answer()
  rename('second')
  details.stale()
  expect(details.get('a')?.name).toBe('first')
  await answer()
  expect(details.get('a')?.name).toBe('second')
  expect(asked).toEqual([['a'], ['a']])
})

test('an answer from before a change does not count as new', async () => {
  const { ask, asked, answer, rename } = held()
  const details = new Details(ask)
  details.need(['a'])
  rename('second')
  details.stale()
  await answer()
  expect(details.get('a')?.name).toBe('first')
  await answer()
  expect(details.get('a')?.name).toBe('second')
  expect(asked).toHaveLength(2)
})

test('however far one goes, no more are kept than fit, those seen last', async () => {
  const details = new Details(async (pictures) => ({ pictures: pictures.map((hash) => detail(hash)) }), 10)
  for (let begin = 0; begin < 100; begin += 5) {
    details.need([0, 1, 2, 3, 4].map((more) => `h${begin + more}`))
    await settled()
  }
  expect(details.size).toBe(10)
  expect([details.get('h99')?.hash, details.get('h90')?.hash, details.get('h89')]).toEqual(['h99', 'h90', undefined])
})

test('a picture that is gone is not asked for on and on', async () => {
  let times = 0
  const details = new Details(async () => {
    times += 1
    return { pictures: [] }
  })
  details.need(['gone'])
  await settled()
  expect(times).toBe(1)
})

test('a server that is away is told, and asked again with what is seen next', async () => {
  let answer: Error | null = away()
  const details = new Details(async (pictures) => {
    if (answer) throw answer
    return { pictures: pictures.map((hash) => detail(hash)) }
  })
  details.need(['a'])
  await settled()
  expect(details.problem).toBe('The server does not answer.')
  answer = null
  details.need(['a'])
  await settled()
  expect([details.problem, details.get('a')?.hash]).toEqual(['', 'a'])
})
