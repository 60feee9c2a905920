import type { Sighting } from '../records'

/** One picture with what is on it; boxes are shares of its sides, 0..1. */
export interface Shot {
  bitmap: ImageBitmap
  number: number
  time: number
  width: number
  height: number
  seen: readonly Sighting[]
}

const LEAST = 400 // milliseconds, below which a rate says nothing

/** Counts pictures a second over the last two seconds. */
export class Rate {
  private readonly times: number[] = []

  /** Pictures a second; 0 as long as nobody knows. `now` in milliseconds. */
  tick(now: number): number {
    this.times.push(now)
    while (this.times.length > 1 && now - this.times[0]! > 2000) this.times.shift()
    const span = now - this.times[0]!
    return span > LEAST ? ((this.times.length - 1) * 1000) / span : 0
  }
}
