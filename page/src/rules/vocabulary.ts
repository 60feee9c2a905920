/** What a rules file says, as the server reads it from TOML; what is left out is as usual. */

export type Point = readonly [x: number, y: number]
export type Share4 = readonly [left: number, top: number, right: number, bottom: number]
export type Zones = Readonly<Record<string, readonly Point[]>>
export type Lines = Readonly<Record<string, readonly [Point, Point]>>

export interface Look {
  readonly kind?: string | null
  readonly label?: string | null
  readonly person?: string | null
  readonly unknown?: boolean
  readonly score?: number
}

/** Something that holds or does not; which other keys there are, its `is` says. */
export interface Condition {
  readonly is: string
  readonly [key: string]: unknown
}

export interface Schedule {
  readonly days?: readonly string[]
  readonly from?: string
  readonly to?: string
}

export interface Rule {
  readonly name: string
  readonly when: Condition
  readonly look?: Look
  readonly cameras?: readonly string[]
  readonly severity?: string
  readonly channels?: readonly string[]
  readonly clip?: string | null
  readonly cooldown?: number
  readonly patience?: number
  readonly schedule?: Schedule | null
}

export interface Light {
  readonly box?: Share4 | null
  readonly detected?: string | null
  readonly cameras?: readonly string[]
  readonly [key: string]: unknown
}

export interface Rules {
  readonly quota?: number
  readonly rules?: readonly Rule[]
  readonly zones?: Zones
  readonly lines?: Lines
  readonly lights?: Readonly<Record<string, Light>>
  readonly colours?: Readonly<Record<string, string>>
  readonly white?: Readonly<Record<string, string>>
}

/** What has a name in the file and is drawn, or is seen on the picture. */
export type Sort = 'zones' | 'lines' | 'lights' | 'colours'
const KEYS: Readonly<Record<Sort, string>> = { zones: 'zone', lines: 'line', lights: 'label', colours: 'colour' }

export function partsOf(condition: Condition): readonly Condition[] {
  const of = condition.of as Condition | readonly Condition[] | undefined
  return of === undefined ? [] : Array.isArray(of) ? of : [of as Condition]
}

/** A name that nothing has yet: "zone", "zone 2". */
export function freshName(taken: Readonly<Record<string, unknown>> | readonly string[], stem: string): string {
  const names = new Set(Array.isArray(taken) ? taken : Object.keys(taken))
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stem : `${stem} ${number}`
    if (!names.has(name)) return name
  }
}

/** The rules that speak of it, by their names. */
export function usersOf(rules: Rules, sort: Sort, name: string): string[] {
  const other = `${name}\n` // no name of a file has a line's end
  return (rules.rules ?? []).filter((rule) => JSON.stringify(rule) !== JSON.stringify(ruleWith(rule, sort, name, other))).map((rule) => rule.name)
}

/** With another name for a thing, in all rules that speak of it; its place in the file stays. */
export function renamed(rules: Rules, sort: Sort, name: string, other: string): Rules {
  const things = Object.fromEntries(Object.entries(rules[sort] ?? {}).map(([each, value]) => [each === name ? other : each, value]))
  const spoken = (rules.rules ?? []).map((rule) => ruleWith(rule, sort, name, other))
  return { ...rules, ...(rules.rules ? { rules: spoken } : {}), [sort]: things }
}

export function without(rules: Rules, sort: Sort, name: string): Rules {
  return { ...rules, [sort]: Object.fromEntries(Object.entries(rules[sort] ?? {}).filter(([each]) => each !== name)) }
}

export function withThing(rules: Rules, sort: Sort, name: string, value: unknown): Rules {
  return { ...rules, [sort]: { ...rules[sort], [name]: value } }
}

/** Several files as one; where two give a name, the last of them counts. */
export function together(files: readonly (Rules | null)[]): Rules {
  const all = files.filter((each) => each !== null)
  const joined = (sort: Sort) => Object.assign({}, ...all.map((each) => each[sort] ?? {})) as never
  return { ...all.at(-1), zones: joined('zones'), lines: joined('lines'), lights: joined('lights'), colours: joined('colours') }
}

function ruleWith(rule: Rule, sort: Sort, name: string, other: string): Rule {
  const look = rule.look && lookWith(rule.look, sort, name, other)
  return { ...rule, ...(look ? { look } : {}), when: conditionWith(rule.when, sort, name, other) }
}

function lookWith(look: Look, sort: Sort, name: string, other: string): Look {
  return sort === 'lights' && look.kind === 'light' && look.label === name ? { ...look, label: other } : look
}

function conditionWith(condition: Condition, sort: Sort, name: string, other: string): Condition {
  const changed: Record<string, unknown> = { ...condition }
  const key = KEYS[sort]
  if (key !== 'label') changed[key] = named(condition[key], name, other)
  if (condition.look) changed.look = lookWith(condition.look as Look, sort, name, other)
  const { of } = condition
  if (Array.isArray(of)) changed.of = of.map((each: Condition) => conditionWith(each, sort, name, other))
  else if (of) changed.of = conditionWith(of as Condition, sort, name, other)
  if (!(key in condition) && key !== 'label') delete changed[key]
  return changed as Condition
}

function named(value: unknown, name: string, other: string): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => (each === name ? other : each))
  return value === name ? other : value
}
