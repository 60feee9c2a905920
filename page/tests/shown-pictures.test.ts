import { expect, test } from 'vitest'
import { ShownPictures } from '../src/live/shown-pictures'

function shown(...times: number[]) {
  const pictures = new ShownPictures()
  const closed: number[] = []
  for (const at of times) pictures.add({ bitmap: { close: () => closed.push(at) } as unknown as ImageBitmap, at })
  return { pictures, closed }
}

test('an answer belongs to the newest picture that had arrived when the work began; older ones are let go', () => {
  const { pictures, closed } = shown(1000, 1033, 1066, 1100)
  expect(pictures.lookedAt(1120, 20)?.at).toBe(1066)
  expect(closed).toEqual([1000, 1033])
  expect(pictures.lookedAt(1200, 0)?.at).toBe(1100)
  expect(pictures.lookedAt(1300, 0)).toBeUndefined()
})

test('where the work began before all of them, it is the oldest', () => {
  expect(shown(1000, 1033).pictures.lookedAt(1040, 500)?.at).toBe(1000)
})

test('pictures are kept for a second, and none when all are forgotten', () => {
  const { pictures, closed } = shown(1000, 1500, 2400)
  expect(closed).toEqual([1000])
  pictures.forget()
  expect([closed, pictures.lookedAt(3000, 0)]).toEqual([[1000, 1500, 2400], undefined])
})
