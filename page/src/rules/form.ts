/** What a form begins with, and what it makes of a rule as somebody chooses. */

import type { RulesProblem } from '../records'
import { freshName, partsOf, type Condition, type Look, type Rule, type Rules } from './vocabulary'

export const JOINS: readonly string[] = ['all', 'any', 'then']
const OF_LIGHTS: readonly string[] = ['state', 'blinks', 'colour']
const OF_THINGS: readonly string[] = ['in', 'crosses', 'near', 'speed', 'attribute']
const WITHIN = 10
const NAMES = ['light', 'person', 'unknown', 'face', 'object', 'picture', 'any'] as const

/** What a rule looks at, as a form asks it. */
export type Looking = (typeof NAMES)[number]
export const LOOKINGS: Readonly<Record<Looking, string>> = {
  light: 'A light',
  person: 'A person I know',
  unknown: 'An unknown face',
  face: 'Any face',
  object: 'A thing that a detector finds',
  picture: 'The whole picture',
  any: 'Anything that is seen',
}

export function lookingOf({ kind, person, unknown }: Look = {}): Looking {
  if (person !== undefined && person !== null) return 'person'
  if (unknown) return 'unknown'
  return NAMES.find((each) => each === kind) ?? 'any'
}

export function freshLook(looking: Looking, rules: Rules): Look {
  if (looking === 'light') return { kind: 'light', ...labelled(Object.keys(rules.lights ?? {})[0]) }
  if (looking === 'person') return { person: '' }
  if (looking === 'unknown') return { unknown: true }
  if (looking === 'object') return { kind: 'object', label: 'person' }
  return looking === 'any' ? {} : { kind: looking }
}

function labelled(label: string | undefined): Look {
  return label === undefined ? {} : { label }
}

/** Which conditions make sense of what is looked at, of those that there are. */
export function offered(all: readonly string[], look: Look = {}): string[] {
  const looking = lookingOf(look)
  const senseless = looking === 'light' ? OF_THINGS : looking === 'any' ? [] : OF_LIGHTS
  return all.filter((each) => each !== 'not' && !senseless.includes(each))
}

export function freshCondition(is: string, rules: Rules, look: Look = {}): Condition {
  const [zone = ''] = Object.keys(rules.zones ?? {})
  const [line = ''] = Object.keys(rules.lines ?? {})
  const usual = (): Condition => freshCondition(lookingOf(look) === 'light' ? 'state' : 'present', rules, look)
  const made: Record<string, () => Omit<Condition, 'is'>> = {
    unseen: () => ({ for: 60 }),
    in: () => ({ zone }),
    crosses: () => ({ line }),
    count: () => ({ at_least: 2 }),
    speed: () => ({ width: 10, above: 2 }),
    near: () => ({ label: 'person' }),
    state: () => ({ state: 'on' }),
    blinks: () => ({}),
    colour: () => ({ colour: 'green' }),
    attribute: () => ({ name: '', equals: '' }),
    all: () => ({ of: [usual()] }),
    any: () => ({ of: [usual()] }),
    then: () => ({ of: [usual(), usual()], within: WITHIN }),
    some: () => ({ look: freshLook('light', rules), of: freshCondition('state', rules) }),
  }
  return { is, ...made[is]?.() }
}

/** A new rule about what was drawn or chosen last. */
export function freshRule(rules: Rules, about: { sort: string; name: string } | null, camera: string | null): Rule {
  const light = about?.sort === 'lights' || (!about && Object.keys(rules.lights ?? {}).length > 0)
  const look: Look = light ? { kind: 'light', label: about?.name ?? Object.keys(rules.lights ?? {})[0]! } : { kind: 'object', label: 'person' }
  const is = light ? 'blinks' : about?.sort === 'zones' ? 'in' : about?.sort === 'lines' ? 'crosses' : 'present'
  const key = is === 'in' ? 'zone' : is === 'crosses' ? 'line' : null
  const when = { ...freshCondition(is, rules, look), ...(key && about ? { [key]: about.name } : {}) }
  const name = freshName((rules.rules ?? []).map((rule) => rule.name), about ? `${about.name} ${is === 'in' ? 'entered' : is === 'crosses' ? 'crossed' : 'blinks'}` : 'new rule')
  return { name, look, when, ...(camera ? { cameras: [camera] } : {}) }
}

/** Another kind of condition at its place: what is joined stays joined, and what both have is kept. */
export function turned(condition: Condition, is: string, rules: Rules, look: Look): Condition {
  if (JOINS.includes(is)) {
    const parts = JOINS.includes(condition.is) ? partsOf(condition) : [condition]
    const of = is === 'then' && parts.length < 2 ? [...parts, ...parts] : parts
    return { is, of, ...(is === 'then' ? { within: WITHIN } : {}) }
  }
  return freshCondition(is, rules, look)
}

/** One condition more, that has to hold as well. */
export function joined(condition: Condition, other: Condition): Condition {
  if (JOINS.includes(condition.is)) return { ...condition, of: [...partsOf(condition), other] }
  return { is: 'all', of: [condition, other] }
}

export function withPart(condition: Condition, place: number, part: Condition): Condition {
  if (!Array.isArray(condition.of)) return { ...condition, of: part }
  return { ...condition, of: partsOf(condition).map((each, at) => (at === place ? part : each)) }
}

/** Without one of its parts; the last that is left stands alone. */
export function withoutPart(condition: Condition, place: number): Condition {
  const left = partsOf(condition).filter((_, at) => at !== place)
  return left.length === 1 ? left[0]! : { ...condition, of: left }
}

/** Not so, or so again. */
export function negated(condition: Condition): Condition {
  return condition.is === 'not' ? partsOf(condition)[0]! : { is: 'not', of: condition }
}

/** With a value for a key; without the key where the value is null. */
export function withKey<Told extends object>(told: Told, key: string, value: unknown): Told {
  const left = Object.fromEntries(Object.entries(told).filter(([each]) => each !== key))
  if (value === null || value === undefined) return left as Told
  return (key in told ? { ...told, [key]: value } : { ...left, [key]: value }) as Told
}

export function withRule(rules: Rules, place: number, rule: Rule): Rules {
  return { ...rules, rules: (rules.rules ?? []).map((each, at) => (at === place ? rule : each)) }
}

export function withNewRule(rules: Rules, rule: Rule): Rules {
  return { ...rules, rules: [...(rules.rules ?? []), rule] }
}

export function withoutRule(rules: Rules, place: number): Rules {
  return { ...rules, rules: (rules.rules ?? []).filter((_, at) => at !== place) }
}

/** The seconds before and after of a clip as "5s..10s"; null where it is none. */
export function clipOf(text: string | null | undefined): readonly [number, number] | null {
  const found = /^([\d.]+)s\.\.([\d.]+)s$/.exec(text ?? '')
  return found ? [Number(found[1]), Number(found[2])] : null
}

const NEEDED: Readonly<Record<string, readonly [key: string, words: string]>> = {
  in: ['zone', 'say which zone'],
  crosses: ['line', 'say which line'],
  near: ['label', 'say what it is near'],
  attribute: ['name', 'say which detail'],
  unseen: ['for', 'say for how long'],
  speed: ['width', 'say how wide the picture is'],
  then: ['within', 'say within how many seconds'],
}

/** What the form still has to be told before it can be written, and of which rule. */
export function lackOf(rules: Rules): RulesProblem | null {
  for (const rule of rules.rules ?? []) {
    const words = rule.name.trim() ? (lackOfLook(rule.look) ?? lackOfCondition(rule.when)) : 'give it a name'
    if (words) return { words: `${rule.name.trim() || 'A rule without a name'}: ${words}.`, line: null, column: null }
  }
  return null
}

function lackOfLook(look: Look = {}): string | null {
  return look.person !== undefined && look.person !== null && !look.person.trim() ? 'say whom to look for' : null
}

function lackOfCondition(condition: Condition): string | null {
  const [key, words] = NEEDED[condition.is] ?? []
  if (key && (condition[key] === undefined || String(condition[key] ?? '').trim() === '')) return words!
  const look = condition.is === 'some' ? lackOfLook(condition.look as Look) : null
  return look ?? partsOf(condition).reduce<string | null>((found, part) => found ?? lackOfCondition(part), null)
}
