/** Rules in plain words: what a form asks, and what a rule says as a sentence. */

import { partsOf, type Condition, type Look, type Rule, type Schedule } from './vocabulary'

export interface Asked {
  readonly label: string
  readonly unit?: string
  readonly hint?: string
  /** Rarely asked for, and so out of sight until it is. */
  readonly rare?: boolean
  /** No more than this is ever sensible. */
  readonly top?: number
  /** How far it is tried at least. */
  readonly reach?: number
}

/** What a condition is called, and under which head it is offered. */
export const CONDITIONS: Readonly<Record<string, readonly [group: string, name: string]>> = {
  state: ['Lights', 'is on, off or blinking'],
  blinks: ['Lights', 'blinks so often a second'],
  colour: ['Lights', 'has a colour'],
  present: ['There or not', 'is there'],
  gone: ['There or not', 'has gone'],
  unseen: ['There or not', 'none is seen'],
  in: ['Where', 'is in a zone'],
  crosses: ['Where', 'crosses a line'],
  near: ['Where', 'is near something'],
  count: ['How many, how fast', 'are so many'],
  speed: ['How many, how fast', 'moves so fast'],
  attribute: ['More', 'has a detail that is so'],
  all: ['Together', 'all of these'],
  any: ['Together', 'any of these'],
  then: ['Together', 'one after the other'],
  not: ['Together', 'this is not so'],
  some: ['Together', 'something else'],
}
export const GROUPS: readonly string[] = ['Lights', 'There or not', 'Where', 'How many, how fast', 'More', 'Together']
const FOR_SO_LONG: Asked = { label: 'For', unit: 'seconds' }

const FIELDS: Readonly<Record<string, Readonly<Record<string, Asked>>>> = {
  present: { for: { label: 'For at least', unit: 'seconds' } },
  gone: { for: { label: 'Not seen for', unit: 'seconds' } },
  unseen: { for: { label: 'None seen for', unit: 'seconds' } },
  in: {
    zone: { label: 'Zone' },
    for: { label: 'For at least', unit: 'seconds', hint: '0 tells as soon as it comes in' },
    point: { label: 'What counts', rare: true },
    inertia: { label: 'How far over the border', hint: 'share of its height', rare: true },
  },
  crosses: {
    line: { label: 'Line' },
    to: { label: 'Which way' },
    again: { label: 'The same one may count again' },
    inertia: { label: 'How far over the line', hint: 'share of its height', rare: true },
  },
  count: { at_least: { label: 'At least' }, at_most: { label: 'At most' }, zone: { label: 'In zone' }, for: FOR_SO_LONG },
  speed: {
    width: { label: 'The picture is so wide', unit: 'm', hint: 'at the place where things move' },
    above: { label: 'Faster than', unit: 'm/s' },
    below: { label: 'Slower than', unit: 'm/s' },
  },
  near: { label: { label: 'What', hint: 'a class, as car' }, distance: { label: 'Nearer than', unit: 'heights of the picture', reach: 0.5 }, for: FOR_SO_LONG },
  state: { state: { label: 'It is' }, for: FOR_SO_LONG },
  blinks: {
    from: { label: 'At least', unit: 'times a second', top: 10 },
    to: { label: 'At most', unit: 'times a second', top: 10 },
    alternations: { label: 'After so many changes', rare: true },
  },
  colour: { colour: { label: 'One of' }, for: FOR_SO_LONG },
  attribute: { name: { label: 'Detail', hint: 'as it is called in a person’s fields' }, equals: { label: 'Is' }, at_least: { label: 'At least' }, at_most: { label: 'At most' } },
  then: { within: { label: 'Each within', unit: 'seconds' } },
}

/** What a field asks; of one that the page does not know, by its key. */
export const askedOf = (is: string, key: string): Asked => FIELDS[is]?.[key] ?? { label: key }

export const CHOICES: Readonly<Record<string, string>> = {
  bottom: 'the middle of its lower edge',
  centre: 'its middle',
  any: 'any corner of it',
  all: 'all of it',
  either: 'either way',
  right: 'along the arrow',
  left: 'against the arrow',
  on: 'on',
  off: 'off',
  blinking: 'blinking',
}
export const SEVERITIES: Readonly<Record<string, string>> = { info: 'Note', warning: 'Warning', alarm: 'Alarm' }
export const CHANNELS: Readonly<Record<string, string>> = { output: 'Standard output', slack: 'Slack', webhook: 'Webhook', mqtt: 'MQTT' }
export const DAYS: Readonly<Record<string, string>> = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' }
export const SORTS = { zones: 'Zone', lines: 'Line', lights: 'Light', colours: 'Colour' } as const

/** "When the light ready blinks 1.5 to 2.5 times a second and is green." */
export function sentenceOf(rule: Rule): string {
  return `When ${saidOf(rule.when, rule.look)}${timesOf(rule.schedule)}.`
}

function timesOf(schedule: Schedule | null | undefined): string {
  if (!schedule) return ''
  const { days = [], from = '00:00', to = '24:00' } = schedule
  const hours = from === '00:00' && to === '24:00' ? '' : `, from ${from} to ${to}`
  return `${hours}${days.length ? ` on ${days.map((day) => DAYS[day] ?? day).join(', ')}` : ''}`
}

export function subjectOf(look: Look = {}): string {
  const { kind, label, person, unknown } = look
  if (person) return person
  if (unknown) return kind && kind !== 'face' ? `an unknown ${kind}` : 'an unknown face'
  if (kind === 'light') return label ? `the light ${label}` : 'any light'
  if (kind === 'picture') return `the whole picture${label ? ` (${label})` : ''}`
  if (kind === 'face') return label ?? 'any face'
  if (label) return withArticle(label)
  return kind ? `any ${kind}` : 'anything'
}

/** Several of them: "persons", "unknown faces". */
function manyOf({ kind, label, person, unknown }: Look = {}): string {
  if (unknown) return `unknown ${kind ?? 'face'}s`
  return `${person ?? label ?? kind ?? 'thing'}s`
}

function noneOf(look: Look = {}): string {
  const { kind, label, person, unknown } = look
  if (person || (kind === 'light' && label)) return `${subjectOf(look)} has not`
  if (unknown) return `no unknown ${kind ?? 'face'} has`
  return label ?? kind ? `no ${label ?? kind} has` : 'nothing has'
}

/** Whether it speaks of its own subject, or of none. */
function whole({ is, of }: Condition): boolean {
  const inner = of as Condition | readonly Condition[] | undefined
  if (is === 'then' || is === 'any' || is === 'not') return true
  if (is === 'all') return (inner as readonly Condition[]).some(whole)
  return is === 'some' || is === 'unseen' || is === 'count'
}

function saidOf(condition: Condition, look: Look | undefined): string {
  const phrase = phraseOf(condition, look)
  return whole(condition) ? phrase : `${subjectOf(look)} ${phrase}`
}

function phraseOf(condition: Condition, look: Look | undefined): string {
  const parts = partsOf(condition)
  const each = (part: Condition): string => saidOf(part, look)
  switch (condition.is) {
    case 'all':
      return parts.map(parts.some(whole) ? each : (part) => phraseOf(part, look)).join(' and ')
    case 'any':
      return `${parts.length > 1 ? 'either ' : ''}${parts.map(each).join(' or ')}`
    case 'then':
      return parts.map(each).join(`, then within ${figure(condition.within)} s `)
    case 'not':
      return `it is not so that ${parts.map(each).join('')}`
    case 'some':
      return parts.map((part) => saidOf(part, condition.look as Look)).join('')
    default:
      return plain(condition, look)
  }
}

function plain(condition: Condition, look: Look | undefined): string {
  const { for: seconds, zone, line, to, at_least: least, at_most: most, above, below, from } = condition
  const long = typeof seconds === 'number' && seconds > 0 ? seconds : 0
  const lasting = long ? ` for ${figure(long)} s` : ''
  switch (condition.is) {
    case 'present':
      return seconds === 0 ? 'appears' : `is there${lasting}`
    case 'gone':
      return `has gone${lasting}`
    case 'unseen':
      return `${noneOf(look)} been seen${lasting}`
    case 'in':
      return `is in ${zone || 'a zone'}${lasting}`
    case 'crosses':
      return `crosses ${line || 'a line'}${to === 'right' || to === 'left' ? ` ${CHOICES[to]}` : ''}`
    case 'count':
      return `${bounds(least, most)} ${manyOf(look)} are ${zone ? `in ${zone}` : 'there'}${lasting}`
    case 'speed':
      return `moves ${[above == null ? '' : `faster than ${figure(above)} m/s`, below == null ? '' : `slower than ${figure(below)} m/s`].filter(Boolean).join(' and ') || 'at a speed'}`
    case 'near':
      return `is near ${condition.label ? withArticle(String(condition.label)) : 'something'}${lasting}`
    case 'state':
      return `is ${condition.state}${lasting}`
    case 'blinks':
      return `blinks${from == null && to == null ? '' : ` ${bounds(from, to)} times a second`}`
    case 'colour':
      return `is ${[condition.colour].flat().join(' or ') || 'of a colour'}${lasting}`
    case 'attribute':
      return `has ${condition.name || 'a detail'} ${condition.equals == null ? bounds(least, most) : String(condition.equals)}`
    default:
      return condition.is
  }
}

function bounds(least: unknown, most: unknown): string {
  if (least != null && most != null) return least === most ? figure(least) : `${figure(least)} to ${figure(most)}`
  if (least != null) return `at least ${figure(least)}`
  return most == null ? 'so many' : `at most ${figure(most)}`
}

const figure = (value: unknown): string => (typeof value === 'number' ? String(Number(value.toFixed(3))) : String(value))
const withArticle = (word: string): string => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`

/** The colours that have a name by themselves. */
export const COLOURS: Readonly<Record<string, string>> = {
  red: '#ff0000',
  orange: '#ff8000',
  yellow: '#ffff00',
  green: '#00ff00',
  cyan: '#00ffff',
  blue: '#0000ff',
  violet: '#8000ff',
  magenta: '#ff00ff',
  white: '#ffffff',
}
