import { expect, test } from 'vitest'
import type { Heard } from '../src/api/channel'
import { framed } from '../src/api/framed'
import { CameraView } from '../src/live/camera-view.svelte'
import { Rate } from '../src/live/shot'
import { settled } from './server'

interface Bitmap {
  open: boolean
  close: () => void
}

function looking() {
  let heard: Heard = {}
  const sent: unknown[] = []
  const bitmaps: Bitmap[] = []
  const view = new CameraView(
    2,
    'hall',
    (_path, given) => {
      heard = given
      return { send: (message) => Boolean(sent.push(message)), close: () => undefined }
    },
    async () => {
      const bitmap = { open: true, close: () => { bitmap.open = false } }
      bitmaps.push(bitmap)
      return bitmap as unknown as ImageBitmap
    },
  )
  view.start()
  const come = async (number: number) => {
    heard.binary?.(framed({ number, time: 1, delay: 0.02, width: 4, height: 3, seen: [] }, new Uint8Array([1])).buffer)
    await settled()
  }
  return { view, sent, bitmaps, come, heard: () => heard }
}

test('the next picture is asked for when this one is shown, and the last is given back', async () => {
  const { view, sent, bitmaps, come } = looking()
  await come(1)
  await come(2)
  expect(view.shot?.number).toBe(2)
  expect(sent).toEqual(['k', 'k'])
  expect(bitmaps.map(({ open }) => open)).toEqual([false, true])
})

test('a held picture stays, no more are asked for, and letting go asks once', async () => {
  const { view, sent, bitmaps, come } = looking()
  await come(1)
  view.hold()
  await come(2)
  expect(view.shot?.number).toBe(1)
  expect(sent).toEqual(['k'])
  view.release()
  expect(sent).toEqual(['k', 'k'])
  view.release()
  expect(sent).toEqual(['k', 'k'])
  expect(bitmaps.map(({ open }) => open)).toEqual([true, false])
})

test('a view that ended shows nothing that comes late', async () => {
  const { view, bitmaps, come } = looking()
  await come(1)
  view.stop()
  await come(2)
  expect(view.shot).toBeNull()
  expect(bitmaps.every(({ open }) => !open)).toBe(true)
})

test('a refusal is told in its words', () => {
  const { view, heard } = looking()
  heard().state?.('refused', 'there is no such camera')
  expect([view.state, view.problem]).toEqual(['refused', 'there is no such camera'])
})

test('pictures a second are counted over two seconds', () => {
  const rate = new Rate()
  let counted = 0
  for (let time = 0; time <= 4000; time += 100) counted = rate.tick(time)
  expect(counted).toBeCloseTo(10)
  expect(new Rate().tick(5)).toBe(0)
})
