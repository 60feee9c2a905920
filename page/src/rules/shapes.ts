import { between, clamp, pulled, type Grip } from '../boxes/shapes'
import type { Point, Share4 } from './vocabulary'

/** Shapes on a picture, in shares of its sides, 0..1, from the upper left corner. `ratio` is its width by its height. */

export const FEWEST = 3 // corners of a zone
const DIGITS = 4 // a share of 0.0001 is less than a pixel of most cameras

export const rounded = (share: number): number => Number(share.toFixed(DIGITS))

export function onPicture([x, y]: Point): Point {
  return [rounded(clamp(x, 0, 1)), rounded(clamp(y, 0, 1))]
}

/** How far two points are apart, in heights of the picture. */
export function apart([x, y]: Point, [u, v]: Point, ratio: number): number {
  return Math.hypot((x - u) * ratio, y - v)
}

export function middleOf([x, y]: Point, [u, v]: Point): Point {
  return [(x + u) / 2, (y + v) / 2]
}

/** Moved as a whole, as far as all of it stays on the picture. */
export function moved(points: readonly Point[], x: number, y: number): Point[] {
  const [across, down] = [points.map((each) => each[0]), points.map((each) => each[1])]
  const byX = clamp(x, -Math.min(...across), 1 - Math.max(...across))
  const byY = clamp(y, -Math.min(...down), 1 - Math.max(...down))
  return points.map(([u, v]) => onPicture([u + byX, v + byY]))
}

export function withPoint(points: readonly Point[], place: number, point: Point): Point[] {
  return points.map((each, at) => (at === place ? onPicture(point) : each))
}

/** A corner more behind the one of that place: half way to the next, unless it is said where. */
export function withCorner(points: readonly Point[], place: number, point?: Point): Point[] {
  const here = points[place]!
  const next = points[(place + 1) % points.length]!
  return points.toSpliced(place + 1, 0, onPicture(point ?? middleOf(here, next)))
}

export function withoutCorner(points: readonly Point[], place: number): Point[] {
  return points.length > FEWEST ? points.toSpliced(place, 1) : [...points]
}

/** Where the arrow over a line begins and ends: from its middle to the right, as seen from its first point to the second. */
export function arrowOf(start: Point, end: Point, ratio: number, length: number): [Point, Point] {
  const [x, y] = [(end[0] - start[0]) * ratio, end[1] - start[1]]
  const long = Math.hypot(x, y) || 1
  const middle = middleOf(start, end)
  return [middle, [middle[0] - ((y / long) * length) / ratio, middle[1] + (x / long) * length]]
}

/** A box that is round on the picture, so many heights of it to each side of a point. */
export function boxAround([x, y]: Point, radius: number, ratio: number): Share4 {
  const across = Math.min(radius / ratio, 0.5)
  const down = Math.min(radius, 0.5)
  const [u, v] = [clamp(x, across, 1 - across), clamp(y, down, 1 - down)]
  return [u - across, v - down, u + across, v + down].map(rounded) as unknown as Share4
}

export function pulledBox([left, top, right, bottom]: Share4, grip: Grip, x: number, y: number): Share4 {
  const box = pulled({ left, top, right, bottom }, grip, x, y, 1, 1)
  return [box.left, box.top, box.right, box.bottom].map(rounded) as unknown as Share4
}

export function boxBetween(one: Point, other: Point): Share4 {
  const box = between({ x: one[0], y: one[1] }, { x: other[0], y: other[1] })
  return [box.left, box.top, box.right, box.bottom].map(rounded) as unknown as Share4
}

export function isBox([left, top, right, bottom]: Share4): boolean {
  return right > left && bottom > top
}

/** Whether corners have something inside: not all on one line. */
export function isZone(points: readonly Point[]): boolean {
  if (points.length < FEWEST) return false
  const [first] = points as [Point]
  return points.some((one) => points.some((other) => Math.abs((one[0] - first[0]) * (other[1] - first[1]) - (one[1] - first[1]) * (other[0] - first[0])) > 1e-6))
}
