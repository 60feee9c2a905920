import type { VisitState } from '../records'
import { visitName } from '../words/sightings'
import { dayAround, weekday } from '../words/times'

export type Reach = 'day' | 'week'
export interface Span {
  begin: number
  end: number
}

const DAYS = 7
const HOURS = [0, 3, 6, 9, 12, 15, 18, 21]

/** From midnight to midnight: the day around `time`, or it and the six before. */
export function spanOf(time: number, reach: Reach): Span {
  return reach === 'day' ? dayAround(time) : { begin: midnights(time)[0]!, end: dayAround(time).end }
}

/** What is written above the lines, and where, in shares of the span. */
export function ticksOf({ begin, end }: Span, reach: Reach): { at: number; text: string }[] {
  if (reach === 'day') return HOURS.map((hour) => ({ at: hour / 24, text: `${String(hour).padStart(2, '0')}:00` }))
  return midnights(end - 1).map((midnight) => ({ at: (midnight - begin) / (end - begin), text: weekday(midnight) }))
}

/** Those that the seven days up to the one around `time` begin with; a day may have 23 or 25 hours. */
function midnights(time: number): number[] {
  const found = [dayAround(time).begin]
  while (found.length < DAYS) found.unshift(dayAround(found[0]! - 1).begin)
  return found
}

export interface Bar {
  visit: VisitState
  left: number
  width: number
}
export interface Lane {
  name: string
  stranger: boolean
  bars: Bar[]
}

const LEAST = 0.004

/** A line for each who came that day, all strangers in one, with their visits in shares of the day. */
export function lanesOf(visits: readonly VisitState[], begin: number, end: number, now: number): Lane[] {
  const lanes = new Map<string, Lane>()
  for (const visit of visits) {
    const until = Math.min(visit.over ? visit.last : Math.max(visit.last, now), end)
    if (until < begin || visit.first >= end) continue
    const stranger = visit.label === null
    const name = stranger ? 'Strangers' : visitName(visit)
    const lane = lanes.get(name) ?? { name, stranger, bars: [] }
    const left = (Math.max(visit.first, begin) - begin) / (end - begin)
    lane.bars.push({ visit, left, width: Math.max(LEAST, (until - begin) / (end - begin) - left) })
    lanes.set(name, lane)
  }
  return [...lanes.values()].sort((one, other) => Number(one.stranger) - Number(other.stranger) || one.name.localeCompare(other.name))
}
