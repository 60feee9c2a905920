/** What was seen, in words. */

import type { Sighting, VisitState } from '../records'

export type Tone = 'known' | 'stranger' | 'object'

export function toneOf(seen: Sighting): Tone {
  if (seen.kind !== 'face') return 'object'
  return seen.label === null ? 'stranger' : 'known'
}

export function nameOf(seen: Sighting): string {
  if (seen.label !== null) return seen.label
  return seen.kind === 'face' ? 'Stranger' : 'Unknown'
}

export function visitName(visit: VisitState): string {
  if (visit.label !== null) return visit.label
  const nobody = visit.kind === 'face' ? 'Stranger' : 'Unknown'
  return visit.number === null ? nobody : `${nobody} ${visit.number}`
}

/** The same thing on the next picture has the same key. */
export function keyOf(seen: Sighting, place: number): string {
  return seen.track === null ? `${seen.kind}-${place}` : `${seen.kind}-track-${seen.track}`
}

/** Other facts of a sighting, as name and text. */
export function factsOf(seen: Sighting): [string, string][] {
  return Object.entries(seen.attributes)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => [name.replaceAll('_', ' '), worded(value)])
}

function worded(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(2)
  if (typeof value === 'string') return value
  return JSON.stringify(value)
}
