import type { Box } from '../records'

/** What of a box is gripped: all of it, or the sides by their first letters of the compass. */
export type Grip = 'all' | 'n' | 's' | 'e' | 'w' | 'nw' | 'ne' | 'sw' | 'se'
export const CORNERS: readonly Grip[] = ['nw', 'ne', 'sw', 'se', 'n', 's', 'e', 'w']
export interface Point {
  x: number
  y: number
}
const SMALLEST = 3

export function isLargeEnough({ left, top, right, bottom }: Box): boolean {
  return right - left >= SMALLEST && bottom - top >= SMALLEST
}

export function between(one: Point, other: Point): Box {
  return { left: Math.min(one.x, other.x), top: Math.min(one.y, other.y), right: Math.max(one.x, other.x), bottom: Math.max(one.y, other.y) }
}

/** The part of it that is on the picture. */
export function within({ left, top, right, bottom }: Box, width: number, height: number): Box {
  return { left: clamp(left, 0, width), top: clamp(top, 0, height), right: clamp(right, 0, width), bottom: clamp(bottom, 0, height) }
}

/** A box after what is gripped was pulled so far; it stays on the picture, and may be turned over. */
export function pulled(box: Box, grip: Grip, x: number, y: number, width: number, height: number): Box {
  if (grip === 'all') {
    const across = clamp(x, -box.left, width - box.right)
    const down = clamp(y, -box.top, height - box.bottom)
    return { left: box.left + across, top: box.top + down, right: box.right + across, bottom: box.bottom + down }
  }
  const left = box.left + (grip.includes('w') ? x : 0)
  const right = box.right + (grip.includes('e') ? x : 0)
  const top = box.top + (grip.includes('n') ? y : 0)
  const bottom = box.bottom + (grip.includes('s') ? y : 0)
  return within(between({ x: left, y: top }, { x: right, y: bottom }), width, height)
}

/** Where on a box its grip is. */
export function gripAt({ left, top, right, bottom }: Box, grip: Grip): Point {
  const x = grip.includes('w') ? left : grip.includes('e') ? right : (left + right) / 2
  const y = grip.includes('n') ? top : grip.includes('s') ? bottom : (top + bottom) / 2
  return { x, y }
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
