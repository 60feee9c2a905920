import { expect, test } from 'vitest'
import type { Heard } from '../src/api/channel'
import { LedSitting } from '../src/people/led-sitting.svelte'
import type { SittingNews } from '../src/records'

const said = (news: Partial<SittingNews>): string =>
  JSON.stringify({ prompt: 'look ahead', taken: 0, wanted: 6, fault: '', over: false, missing: '', trouble: '', like: null, ...news })

function begun() {
  let heard: Heard = {}
  let open = 0
  const pictures: File[] = []
  const sitting = new LedSitting(2, (picture) => pictures.push(picture), (path, told) => {
    expect(path).toBe('/api/cameras/2/sitting')
    heard = told
    open += 1
    return { send: () => true, close: () => (open -= 1) }
  })
  sitting.start()
  return { sitting, pictures, hear: () => heard, isOpen: () => open > 0 }
}

test('what the server says is told, and its pictures have names of their own', () => {
  const { sitting, pictures, hear } = begun()
  expect(sitting.prompt).toBe('One moment')
  hear().text?.(said({ fault: 'no face' }))
  expect([sitting.prompt, sitting.remark]).toEqual(['Look ahead', 'no face'])
  hear().binary?.(new ArrayBuffer(4))
  hear().binary?.(new ArrayBuffer(4))
  expect(pictures.map(({ name }) => name)).toEqual(['sitting-1.png', 'sitting-2.png'])
})

test('at the end it lets go of the camera and says what is missing', () => {
  const { sitting, hear, isOpen } = begun()
  hear().text?.(said({ over: true, taken: 5, missing: '1 looking left', trouble: 'no face' }))
  expect([sitting.prompt, sitting.remark, isOpen()]).toEqual(['That was all the time there is.', 'Missing: 1 looking left; most often: no face.', false])
})

test('whoever is refused reads why, and a sitting that broke off is not begun again by itself', () => {
  const refused = begun()
  refused.hear().state?.('refused', 'somebody sits before a camera already')
  expect([refused.sitting.problem, refused.sitting.prompt]).toEqual(['somebody sits before a camera already', ''])
  const lost = begun()
  lost.hear().state?.('lost', '')
  expect([lost.sitting.problem !== '', lost.isOpen()]).toEqual([true, false])
})
