import type { Area } from './grid'

const FROM = 6 // pixels from which a press is no click any more
const EDGE = 48 // pixels from an edge in which it scrolls along
const FASTEST = 28 // pixels a picture of the screen

/** A rectangle that is drawn by pulling over what can be scrolled; points are pixels of what is seen. */
export class Lasso {
  /** Whether it has been pulled far enough to be meant. */
  begun = false
  private readonly fromTop: number
  private x: number
  private y: number

  constructor(
    private readonly fromX: number,
    private readonly fromY: number,
    scrolled: number,
  ) {
    this.fromTop = fromY + scrolled
    this.x = fromX
    this.y = fromY
  }

  pull(x: number, y: number): void {
    this.x = x
    this.y = y
    if (Math.hypot(x - this.fromX, y - this.fromY) >= FROM) this.begun = true
  }

  /** Of all that can be scrolled, of which so much is above what is seen. */
  area(scrolled: number): Area {
    const now = this.y + scrolled
    return { left: Math.min(this.fromX, this.x), right: Math.max(this.fromX, this.x), top: Math.min(this.fromTop, now), bottom: Math.max(this.fromTop, now) }
  }

  /** By how much it is to be scrolled on, the faster the further out it is pulled. */
  speed(height: number): number {
    if (!this.begun) return 0
    const above = EDGE - this.y
    const below = this.y - (height - EDGE)
    if (above > 0) return -Math.min(FASTEST, Math.ceil(above / 4))
    return below > 0 ? Math.min(FASTEST, Math.ceil(below / 4)) : 0
  }
}
