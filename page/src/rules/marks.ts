/** What is measured, in words that are short enough to stand on a picture. */

import type { HoldingRule, MeasuredLight } from '../records'
import { usersOf, type Rules, type Sort } from './vocabulary'

/** What a light does: on, off, blinking, or unknown. */
export interface Mark {
  readonly state: string
  readonly words: string
}

const PLACES: readonly Sort[] = ['zones', 'lines', 'lights']
const UNITS: Readonly<Record<string, string>> = { present: 's', gone: 's', unseen: 's', dwell: 's', held: 's', near: 's', seconds: 's', speed: 'm/s' }
const UNSAID = new Set(['seconds', 'held_back', 'alternations', 'duty', 'brightness'])
const MOST = 2

export function marksOf(lights: readonly MeasuredLight[]): Record<string, Mark> {
  return Object.fromEntries(lights.map((light) => [light.name, { state: light.state ?? 'unknown', words: shortOf(light) }]))
}

/** "blinks 2.0/s, green". */
function shortOf({ state, colour, frequency }: MeasuredLight): string {
  if (state === null) return 'cannot tell yet'
  const does = state === 'blinking' ? `blinks${frequency === null ? '' : ` ${frequency.toFixed(1)}/s`}` : state
  return colour && state !== 'off' ? `${does}, ${colour}` : does
}

/** All that is known of a light now, as a sentence. */
export function readingOf({ state, reason, colour, brightness, frequency, duty, box }: MeasuredLight): string {
  if (box === null) return 'It is not found on the picture.'
  const grey = brightness === null ? '' : ` Just now it is ${Math.abs(brightness).toFixed(0)} grey levels ${brightness < 0 ? 'darker' : 'brighter'} than what is around it.`
  if (state === null) return `It cannot be told what it does${reason ? `: ${reason}` : ''}.${grey}`
  const beat = frequency === null ? '' : ` ${frequency.toFixed(2)} times a second${duty === null ? '' : `, lit ${Math.round(duty * 100)} % of the time`}`
  return `It ${state === 'blinking' ? 'blinks' : `is ${state}`}${beat}${colour ? `, ${colour}${state === 'off' ? ' when it is lit' : ''}` : ''}.${grey}`
}

/** "2.0 times a second", "dwell 12 s": what matters most of what a rule measured. */
export function measuredOf(measures: Readonly<Record<string, number>>): string {
  const said = Object.entries(measures).filter(([name]) => !UNSAID.has(name) && !name.endsWith('uncertainty'))
  return said.slice(0, MOST).map(([name, value]) => (name === 'frequency' ? `${value.toFixed(1)} times a second` : `${name.replaceAll('_', ' ')} ${Number(value.toFixed(1))} ${UNITS[name] ?? ''}`.trim())).join(', ')
}

export function namesOf(holding: readonly HoldingRule[]): ReadonlySet<string> {
  return new Set(holding.map(({ rule }) => rule))
}

/** What of the drawn things a rule looks at that holds now, as "zones bay". */
export function aliveOf(rules: Rules, names: ReadonlySet<string>): ReadonlySet<string> {
  const alive = PLACES.flatMap((sort) => Object.keys(rules[sort] ?? {}).filter((name) => usersOf(rules, sort, name).some((rule) => names.has(rule))).map((name) => `${sort} ${name}`))
  return new Set(names.size ? alive : [])
}
