/** A message of both pictures and words: length of the head (u32, little-endian), head as JSON, JPEG. */

const LENGTH = 4

export interface Framed<Head> {
  head: Head
  jpeg: Blob
}

/** Throws RangeError or SyntaxError where the message is of another form. */
export function unframed<Head>(message: ArrayBuffer): Framed<Head> {
  const length = new DataView(message).getUint32(0, true)
  if (LENGTH + length > message.byteLength) throw new RangeError('the head is longer than its message')
  const head = new TextDecoder().decode(new Uint8Array(message, LENGTH, length))
  const jpeg = new Blob([new Uint8Array(message, LENGTH + length)], { type: 'image/jpeg' })
  return { head: JSON.parse(head) as Head, jpeg }
}

export function framed(head: object, jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const words = new TextEncoder().encode(JSON.stringify(head))
  const message = new Uint8Array(LENGTH + words.length + jpeg.length)
  new DataView(message.buffer).setUint32(0, words.length, true)
  message.set(words, LENGTH)
  message.set(jpeg, LENGTH + words.length)
  return message
}
