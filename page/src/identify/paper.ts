import type { Stroke } from './drawing.svelte'

export interface Paper {
  width: number
  height: number
}

/** Pixels of the paper that is drawn on: where there is room, and on a phone. */
export const WIDE: Paper = { width: 720, height: 300 }
export const TALL: Paper = { width: 480, height: 420 }
const PEN = 20

type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Dark on white. */
export function drawStrokes(pen: Pen, { width, height }: Paper, strokes: readonly Stroke[]): void {
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  pen.strokeStyle = '#111'
  pen.lineWidth = PEN
  pen.lineCap = pen.lineJoin = 'round'
  for (const stroke of strokes) {
    pen.beginPath()
    stroke.forEach(({ x, y }, place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)))
    if (stroke.length === 1) pen.lineTo(stroke[0]!.x + 0.1, stroke[0]!.y)
    pen.stroke()
  }
}

export async function asPicture(paper: Paper, strokes: readonly Stroke[]): Promise<Blob> {
  const canvas = new OffscreenCanvas(paper.width, paper.height)
  drawStrokes(canvas.getContext('2d')!, paper, strokes)
  return canvas.convertToBlob({ type: 'image/png' })
}

export async function base64(blob: Blob): Promise<string> {
  let text = ''
  for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte)
  return btoa(text)
}
