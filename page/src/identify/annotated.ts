import type { Sighting } from '../records'
import { nameOf, toneOf } from '../words/sightings'

const TONES = { known: '#2dd4bf', stranger: '#fbbf24', object: '#8ab4ff' }

/** The picture in its full size with boxes and names, as PNG. */
export async function annotated(bitmap: ImageBitmap, seen: readonly Sighting[]): Promise<Blob> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const pen = canvas.getContext('2d')!
  pen.drawImage(bitmap, 0, 0)
  const size = Math.max(12, Math.round(Math.max(bitmap.width, bitmap.height) / 60))
  pen.font = `600 ${size}px Inter, sans-serif`
  pen.textBaseline = 'middle'
  for (const each of seen) draw(pen, each, bitmap, size)
  return canvas.convertToBlob({ type: 'image/png' })
}

/** Hand a file to whoever sits before the page. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

function draw(pen: OffscreenCanvasRenderingContext2D, each: Sighting, { width, height }: ImageBitmap, size: number): void {
  if (!each.box) return
  const [left, top, right, bottom] = [each.box[0] * width, each.box[1] * height, each.box[2] * width, each.box[3] * height]
  const text = `${nameOf(each)} ${Math.round(each.score * 100)}`
  pen.lineWidth = Math.max(2, size / 7)
  pen.strokeStyle = TONES[toneOf(each)]
  pen.strokeRect(left, top, right - left, bottom - top)
  const high = size * 1.5
  const above = top >= high ? top - high : top
  pen.fillStyle = 'rgb(8 14 13 / 82%)'
  pen.fillRect(left, above, pen.measureText(text).width + size, high)
  pen.fillStyle = '#fff'
  pen.fillText(text, left + size / 2, above + high / 2)
}
