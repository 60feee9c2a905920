import type { Box } from '../records'
import { clamp, type Point } from './shapes'

const CLOSEST = 16

/** The part of a picture that is shown, in its pixels; always of the picture's own shape. */
export class View {
  x = $state(0)
  y = $state(0)
  zoom = $state(1)

  constructor(
    readonly pictureWidth: number,
    readonly pictureHeight: number,
  ) {}

  get width(): number {
    return this.pictureWidth / this.zoom
  }

  get height(): number {
    return this.pictureHeight / this.zoom
  }

  get box(): string {
    return `${this.x} ${this.y} ${this.width} ${this.height}`
  }

  /** So many times closer, with the point (the middle, unless one is named) where it is. */
  closer(times: number, at: Point = { x: this.x + this.width / 2, y: this.y + this.height / 2 }): void {
    const zoom = clamp(this.zoom * times, 1, CLOSEST)
    const share = this.zoom / zoom
    this.zoom = zoom
    this.to(at.x - (at.x - this.x) * share, at.y - (at.y - this.y) * share)
  }

  pan(x: number, y: number): void {
    this.to(this.x + x, this.y + y)
  }

  whole(): void {
    this.zoom = 1
    this.to(0, 0)
  }

  /** A box of a third of what is seen, in its middle. */
  middle(): Box {
    const { x, y, width, height } = this
    return { left: x + width / 3, top: y + height / 3, right: x + (2 * width) / 3, bottom: y + (2 * height) / 3 }
  }

  private to(x: number, y: number): void {
    this.x = clamp(x, 0, this.pictureWidth - this.width)
    this.y = clamp(y, 0, this.pictureHeight - this.height)
  }
}
