import type { FrameLine } from '../records'
import { nameOf } from '../words/sightings'

export interface Appearance {
  name: string
  kind: string
  frames: number
  spans: { from: number; to: number }[]
}

const GAP = 1 // second that somebody may be out of sight within one span

/** Who and what was on a film and when, in seconds; gathered line by line. */
export class Summary {
  private readonly found = new Map<string, Appearance>()

  add(line: FrameLine): void {
    const here = new Map(line.seen.map((seen) => [`${seen.kind} ${nameOf(seen)}`, seen]))
    for (const [key, seen] of here) {
      const known = this.found.get(key) ?? { name: nameOf(seen), kind: seen.kind, frames: 0, spans: [] }
      known.frames += 1
      extend(known.spans, line.time)
      this.found.set(key, known)
    }
  }

  /** Whoever was seen longest comes first. */
  get appearances(): Appearance[] {
    return [...this.found.values()].sort((one, other) => other.frames - one.frames)
  }
}

function extend(spans: Appearance['spans'], time: number): void {
  const last = spans.at(-1)
  if (last && time - last.to <= GAP) last.to = time
  else spans.push({ from: time, to: time })
}
