import { expect, test, vi } from 'vitest'
import { Refused } from '../src/api/http'
import { Drawing, type Stroke } from '../src/identify/drawing.svelte'
import { server, settled } from './server'

function drawing(answer: () => unknown) {
  const rendered: number[] = []
  const { ask, asked } = server(answer)
  const made = new Drawing(async (strokes: readonly Stroke[]) => {
    rendered.push(strokes.flat().length)
    return new Blob([])
  }, ask)
  return { made, asked, rendered }
}

test('the answer follows the pen, one question at a time and always about the newest', async () => {
  const waiting: ((answer: unknown) => void)[] = []
  const { made, asked, rendered } = drawing(() => new Promise((resolve) => waiting.push(resolve)))
  made.begin({ x: 0, y: 0 })
  await settled()
  for (let x = 1; x <= 20; x += 1) made.move({ x, y: 0 })
  await settled()
  expect(asked).toHaveLength(1)
  waiting[0]!({ number: null, problem: 'no digit', digits: [] })
  await settled()
  expect(asked).toHaveLength(2)
  expect(rendered).toEqual([1, 21])
  waiting[1]!({ number: '1', problem: null, digits: [] })
  await settled()
  expect(made.answer?.number).toBe('1')
})

test('strokes are taken back one by one, and an empty paper asks nothing', async () => {
  const { made, asked } = drawing(() => ({ number: '1', problem: null, digits: [] }))
  made.begin({ x: 0, y: 0 })
  made.end()
  made.move({ x: 9, y: 9 })
  made.begin({ x: 5, y: 5 })
  expect(made.strokes).toHaveLength(2)
  made.undo()
  expect(made.strokes).toEqual([[{ x: 0, y: 0 }]])
  made.undo()
  await settled()
  const count = asked.length
  made.undo()
  await settled()
  expect(made.answer).toBeNull()
  expect(asked.length).toBe(count)
})

test('a busy server is asked again after a second', async () => {
  vi.useFakeTimers()
  let busy = true
  const { made } = drawing(() => (busy ? new Refused(429, 'Come again.') : { number: '7', problem: null, digits: [] }))
  made.begin({ x: 0, y: 0 })
  await settled()
  expect(made.error).toBe('Come again.')
  busy = false
  await vi.advanceTimersByTimeAsync(1000)
  expect([made.answer?.number, made.error]).toEqual(['7', ''])
  vi.useRealTimers()
})
