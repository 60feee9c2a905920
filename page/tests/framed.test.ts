import { expect, test } from 'vitest'
import { framed, unframed } from '../src/api/framed'

test('what is framed comes out again, in any script', async () => {
  const message = framed({ number: 7, name: 'Şükrü 李' }, new Uint8Array([255, 216, 1]))
  const { head, jpeg } = unframed<{ number: number; name: string }>(message.buffer)
  expect(head).toEqual({ number: 7, name: 'Şükrü 李' })
  expect(new Uint8Array(await jpeg.arrayBuffer())).toEqual(new Uint8Array([255, 216, 1]))
})

test('a head that is longer than its message is refused', () => {
  const message = new Uint8Array([200, 0, 0, 0, 123, 125])
  expect(() => unframed(message.buffer)).toThrow(RangeError)
})
