import { clock, day } from '../words/times'
import { percent } from '../words/numbers'
import type { Detail } from './details.svelte'

/** What a picture is said to show, and not to show. */
export function shownBy({ yes, no }: Detail): string {
  return [...yes, ...no.map((label) => `not ${label}`)].join(', ')
}

export function isDoubted(detail: Detail): boolean {
  return detail.suspicion !== null
}

/** What a screen reader says of a picture. */
export function spoken(detail: Detail | undefined, place: number): string {
  if (!detail) return `Picture ${place + 1}`
  const told = [shownBy(detail) || 'untagged', detail.shooting, when(detail.time)]
  return [...told, detail.suspicion ?? ''].filter(Boolean).join('; ')
}

export function when(time: number): string {
  return `${day(time)}, ${clock(time)}`
}

/** What it was taken for when it was left out; empty where nobody asked. */
export function takenFor({ told, probability }: Detail): string {
  if (told === null) return ''
  return probability === null ? told : `${told}, ${percent(probability)}`
}

/** The classes that pictures are said to show, those of most first. */
export function labelsOf(details: readonly Detail[]): string[] {
  const counts = new Map<string, number>()
  for (const { yes } of details) for (const label of yes) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one).map(([label]) => label)
}
