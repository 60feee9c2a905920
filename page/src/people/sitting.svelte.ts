import type { Sighting } from '../records'

export const PROMPTS = [
  'Look straight into the camera',
  'Turn your head a little to the left',
  'Turn your head a little to the right',
  'Look up a little',
  'Look down a little',
  'Smile',
] as const

const PAUSE = 1600
const LEAST_QUALITY = 0.35
const LEAST_SIDE = 0.12

/** Leads somebody through some pictures: one for each prompt, with time to follow it. */
export class Sitting {
  taken = $state(0)
  remark = $state('')
  private since: number | null = null

  get isOver(): boolean {
    return this.taken >= PROMPTS.length
  }

  get prompt(): string {
    return PROMPTS[this.taken] ?? 'Thank you'
  }

  /** Whether this picture is to be kept; `now` in milliseconds. */
  wants(seen: readonly Sighting[], now: number): boolean {
    this.since ??= now
    if (this.isOver) return false
    this.remark = wrongWith(seen)
    if (this.remark || now - this.since < PAUSE) return false
    this.taken += 1
    this.since = now
    return true
  }
}

function wrongWith(seen: readonly Sighting[]): string {
  const faces = seen.filter(({ kind }) => kind === 'face')
  const [face] = faces
  if (!face?.box) return 'No face is seen.'
  if (faces.length > 1) return 'More than one face is seen.'
  if (face.box[2] - face.box[0] < LEAST_SIDE) return 'Come nearer.'
  const quality = face.face?.quality
  if (quality != null && quality < LEAST_QUALITY) return face.face?.reasons.join(', ') || 'The picture is not clear.'
  return ''
}
