const AROUND = 2.2 // so much of the picture round a face that it is found again, whole head and all

type Box = readonly [left: number, top: number, right: number, bottom: number]

/** What is kept of a picture round a face: in pixels, square where the picture is large enough. */
export function squareRound([left, top, right, bottom]: Box, width: number, height: number): { x: number; y: number; wide: number; high: number } {
  const side = Math.max((right - left) * width, (bottom - top) * height) * AROUND
  const x = Math.max(0, ((left + right) / 2) * width - side / 2)
  const y = Math.max(0, ((top + bottom) / 2) * height - side / 2)
  return { x, y, wide: Math.min(side, width - x), high: Math.min(side, height - y) }
}

/** A face with what is around it, as a picture to learn from. */
export async function cutOut(bitmap: ImageBitmap, box: Box): Promise<File> {
  const { x, y, wide, high } = squareRound(box, bitmap.width, bitmap.height)
  const canvas = new OffscreenCanvas(Math.round(wide), Math.round(high))
  canvas.getContext('2d')!.drawImage(bitmap, x, y, wide, high, 0, 0, canvas.width, canvas.height)
  return new File([await canvas.convertToBlob({ type: 'image/png' })], 'face.png', { type: 'image/png' })
}
