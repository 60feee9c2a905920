import { withKey } from './form'
import type { Field, Vocabulary } from './schema'
import { partsOf, type Condition, type Rule } from './vocabulary'
import { askedOf, CONDITIONS } from './wording'

/** A number of a rule that may be set by looking at what would have fired. */
export interface Limit {
  /** Where it stands in the rule, as `when.of.0.from`. */
  readonly path: string
  readonly label: string
  readonly unit: string
  readonly value: number
  readonly least: number
  readonly above: boolean
  readonly most: number
  readonly whole: boolean
  /** How far it is tried at least. */
  readonly reach: number
}

const STEPS = 20
const LARGEST = 1e5 // a bound that is no more than "as large as you like"
const PAIRS: readonly (readonly [low: string, high: string])[] = [
  ['from', 'to'],
  ['at_least', 'at_most'],
  ['above', 'below'],
]
const REACH = 10
const COOLDOWN_REACH = 120 // seconds
const NICE: readonly number[] = [1, 2, 2.5, 5, 10]

/** All numbers of a rule that change when it fires, those of its conditions first. */
export function limitsOf(rule: Rule, words: Vocabulary): Limit[] {
  const score = words.field('Look', 'score')
  const others = [
    limitOf('cooldown', 'Tell again only after', 'seconds', rule.cooldown, words.field('RuleText', 'cooldown'), COOLDOWN_REACH),
    limitOf('patience', 'Missed for less than', 'seconds', rule.patience, words.field('RuleText', 'patience')),
  ]
  const sure = rule.look?.kind === 'light' ? [] : [limitOf('look.score', 'As sure as at least', '', rule.look?.score, score)]
  return [...ofCondition(rule.when, 'when', words), ...sure, ...others].filter((each) => each !== null)
}

function ofCondition(condition: Condition, path: string, words: Vocabulary): (Limit | null)[] {
  const name = CONDITIONS[condition.is]?.[1] ?? condition.is
  const own = words.fieldsOf(condition.is).map((field) => {
    if (field.kind !== 'number' && field.kind !== 'whole') return null
    const { label, unit = '', rare = false, top = LARGEST, reach = REACH } = askedOf(condition.is, field.key)
    if (rare && !(field.key in condition)) return null
    const limit = limitOf(`${path}.${field.key}`, `${name}: ${label.toLowerCase()}`, unit, condition[field.key], field, reach)
    return limit && between(condition, field.key, { ...limit, most: Math.min(limit.most, top) })
  })
  const inner = Array.isArray(condition.of)
    ? partsOf(condition).flatMap((part, at) => ofCondition(part, `${path}.of.${at}`, words))
    : partsOf(condition).flatMap((part) => ofCondition(part, `${path}.of`, words))
  return [...own, ...inner]
}

/** The lower of two bounds is at most the upper one. */
function between(condition: Condition, key: string, limit: Limit): Limit {
  const other = PAIRS.find((pair) => pair.includes(key))?.find((each) => each !== key)
  const bound = other === undefined ? undefined : condition[other]
  if (typeof bound !== 'number') return limit
  const isLower = PAIRS.some(([low]) => low === key)
  return isLower ? { ...limit, most: Math.min(limit.most, bound) } : { ...limit, least: Math.max(limit.least, bound), above: false }
}

function limitOf(path: string, label: string, unit: string, said: unknown, field: Field, reach = REACH): Limit | null {
  const value = said ?? field.usual
  if (typeof value !== 'number') return null
  return { path, label, unit, value, least: field.least ?? 0, above: field.above, most: Math.min(field.most ?? LARGEST, LARGEST), whole: field.kind === 'whole', reach }
}

/** Values to try, from the least that makes sense to some way above the one that holds, which is among them. */
export function triedOf({ value, least, above, most, whole, reach }: Limit): number[] {
  const top = Math.min(most, Math.max(3 * Math.min(value, most), reach))
  const step = niceStep((top - least) / STEPS, whole)
  const first = Math.ceil(least / step) * step
  const even = Array.from({ length: Math.floor((top - first) / step + 1e-6) + 1 }, (_, at) => Number((first + at * step).toFixed(4)))
  const tried = [...new Set([least, ...even, Math.min(value, most), top])]
  return tried.filter((each) => each <= most && (above ? each > least : each >= least)).sort((one, other) => one - other)
}

function niceStep(rough: number, whole: boolean): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-3)))
  const step = ten * NICE.find((each) => each * ten >= rough * 0.999)!
  return whole ? Math.max(1, Math.ceil(step)) : step
}

/** The rule with another value at a path. */
export function withLimit(rule: Rule, path: string, value: number): Rule {
  return put(rule, path.split('.'), value) as Rule
}

function put(held: unknown, [key, ...rest]: string[], value: number): unknown {
  if (key === undefined) return value
  if (Array.isArray(held)) return held.map((each: unknown, at) => (at === Number(key) ? put(each, rest, value) : each))
  const told = (held ?? {}) as Record<string, unknown>
  return withKey(told, key, put(told[key], rest, value))
}
