import { expect, test } from 'vitest'
import { clipOf, freshCondition, freshLook, freshRule, joined, lackOf, lookingOf, negated, offered, turned, withKey, withoutPart, withPart } from '../src/rules/form'
import { Vocabulary } from '../src/rules/schema'
import { differences, ruleAt, ruleLines } from '../src/rules/text'
import { renamed, usersOf, type Condition, type Look, type Rules } from '../src/rules/vocabulary'
import { sentenceOf } from '../src/rules/wording'

const number = { type: 'number', minimum: 0 }
const schema = {
  $defs: {
    RuleText: { properties: { when: { discriminator: { mapping: { in: '#/$defs/Zone', colour: '#/$defs/Colour', all: '#/$defs/All' } } } } },
    Zone: { properties: { is: { enum: ['in'] }, zone: { type: 'string' }, for: { ...number, maximum: 9, default: 0 }, point: { enum: ['all', 'bottom'], default: 'bottom' } }, required: ['is', 'zone'] },
    Colour: { properties: { is: {}, colour: { anyOf: [{ type: 'string' }, { type: 'array' }] }, at_most: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null } } },
    All: { properties: { is: {}, of: { type: 'array' } } },
  },
}

test('the form is made of the vocabulary: keys, kinds, bounds, and what is usual', () => {
  const words = new Vocabulary(schema)
  expect(words.conditions).toEqual(['in', 'colour', 'all'])
  expect(words.fieldsOf('in')).toEqual([
    { key: 'zone', kind: 'text', usual: null, needed: true, choices: [], least: null, above: false, most: null },
    { key: 'for', kind: 'number', usual: 0, needed: false, choices: [], least: 0, above: false, most: 9 },
    { key: 'point', kind: 'choice', usual: 'bottom', needed: false, choices: ['all', 'bottom'], least: null, above: false, most: null },
  ])
  expect(words.fieldsOf('colour').map(({ kind }) => kind)).toEqual(['names', 'whole'])
  expect(words.fieldsOf('all').map(({ kind }) => kind)).toEqual(['inner'])
  expect(words.fieldsOf('unheard of')).toEqual([])
})

test('only what makes sense of a light is offered for a light', () => {
  const all = ['present', 'in', 'blinks', 'all', 'not']
  expect(offered(all, { kind: 'light' })).toEqual(['present', 'blinks', 'all'])
  expect(offered(all, { kind: 'object' })).toEqual(['present', 'in', 'all'])
  expect(offered(all)).toEqual(['present', 'in', 'blinks', 'all'])
})

test('what is looked at is told from the record and made anew', () => {
  for (const looking of ['light', 'person', 'unknown', 'face', 'object', 'picture', 'any'] as const) {
    expect(lookingOf(freshLook(looking, { lights: { ready: {} } }))).toBe(looking)
  }
})

test('a rule begins with what was drawn last', () => {
  const rules: Rules = { zones: { bay: [] }, lights: { ready: {} } }
  expect(freshRule(rules, { sort: 'lights', name: 'ready' }, null)).toEqual({ name: 'ready blinks', look: { kind: 'light', label: 'ready' }, when: { is: 'blinks' } })
  expect(freshRule(rules, { sort: 'zones', name: 'bay' }, 'yard')).toMatchObject({ name: 'bay entered', when: { is: 'in', zone: 'bay' }, cameras: ['yard'] })
  expect(freshRule({ ...rules, rules: [{ name: 'bay entered', when: { is: 'present' } }] }, { sort: 'zones', name: 'bay' }, null).name).toBe('bay entered 2')
})

test('conditions are joined, turned into others, negated and taken apart', () => {
  const [one, two] = [freshCondition('state', {}), freshCondition('colour', {})]
  const both = joined(one, two)
  expect(both).toEqual({ is: 'all', of: [one, two] })
  expect(joined(both, one).of).toHaveLength(3)
  expect(turned(both, 'then', {}, {})).toEqual({ is: 'then', of: [one, two], within: 10 })
  expect(turned(one, 'then', {}, {}).of).toHaveLength(2)
  expect(withoutPart(both, 0)).toEqual(two)
  expect(negated(negated(one))).toEqual(one)
  expect(withPart({ is: 'not', of: one }, 0, two)).toEqual({ is: 'not', of: two })
})

test('a key keeps its place, and is left out where nothing is said', () => {
  const told = { is: 'blinks', from: 1, to: 2 } as { is: string; from: number; to: number }
  expect(JSON.stringify(withKey(told, 'from', 3))).toBe('{"is":"blinks","from":3,"to":2}')
  expect(withKey(told, 'to', null)).toEqual({ is: 'blinks', from: 1 })
})

test('who speaks of a light is found wherever it stands, and follows its name', () => {
  const some = { is: 'some', look: { kind: 'light', label: 'alarm' }, of: { is: 'state', state: 'on' } }
  const rules: Rules = { lights: { alarm: {} }, rules: [{ name: 'inside', when: { is: 'any', of: [some] } }, { name: 'none', look: { label: 'alarm', kind: 'object' }, when: { is: 'present' } }] }
  expect(usersOf(rules, 'lights', 'alarm')).toEqual(['inside'])
  expect(usersOf(renamed(rules, 'lights', 'alarm', 'bell'), 'lights', 'bell')).toEqual(['inside'])
})

test.each([
  [{ is: 'present', for: 2 }, { person: 'Ada' }, 'When Ada is there for 2 s.'],
  [{ is: 'in', zone: 'bay', for: 3 }, { kind: 'object', label: 'person' }, 'When a person is in bay for 3 s.'],
  [{ is: 'crosses', line: 'door', to: 'right' }, {}, 'When anything crosses door along the arrow.'],
  [{ is: 'count', zone: 'bay', at_least: 2, for: 1 }, { label: 'person' }, 'When at least 2 persons are in bay for 1 s.'],
  [{ is: 'all', of: [{ is: 'blinks', from: 1.5, to: 2.5 }, { is: 'colour', colour: ['green', 'amber'] }] }, { kind: 'light', label: 'ready' }, 'When the light ready blinks 1.5 to 2.5 times a second and is green or amber.'],
  [{ is: 'not', of: { is: 'state', state: 'on' } }, { kind: 'light', label: 'ready' }, 'When it is not so that the light ready is on.'],
  [{ is: 'all', of: [{ is: 'in', zone: 'bay' }, { is: 'not', of: { is: 'present' } }] }, { unknown: true }, 'When an unknown face is in bay and it is not so that an unknown face is there.'],
  [{ is: 'then', within: 10, of: [{ is: 'some', look: { kind: 'light', label: 'a' }, of: { is: 'state', state: 'on' } }, { is: 'unseen', for: 5 }] }, {}, 'When the light a is on, then within 10 s nothing has been seen for 5 s.'],
])('%j is said in plain words', (when, look, said) => {
  expect(sentenceOf({ name: 'one', when, look })).toBe(said)
})

test('when a rule counts is said, too', () => {
  const rule = { name: 'one', when: { is: 'present', for: 0 }, look: { person: 'Ada' } }
  expect(sentenceOf({ ...rule, schedule: { from: '22:00', to: '06:00', days: ['fri', 'sat'] } })).toBe('When Ada appears, from 22:00 to 06:00 on Fri, Sat.')
  expect(sentenceOf({ ...rule, schedule: {} })).toBe('When Ada appears.')
})

test('what the form still has to be told is said of the first rule that lacks it', () => {
  const lacking = (when: Condition, look: Look = {}) => lackOf({ rules: [{ name: 'one', when, look }] })?.words ?? null
  expect(lacking({ is: 'all', of: [{ is: 'present' }, { is: 'crosses', line: '' }] })).toBe('one: say which line.')
  expect(lacking({ is: 'some', look: { person: ' ' }, of: { is: 'present' } })).toBe('one: say whom to look for.')
  expect(lacking({ is: 'unseen' })).toBe('one: say for how long.')
  expect(lacking({ is: 'present' }, { person: 'Ada' })).toBeNull()
  expect(lackOf({ rules: [{ name: ' ', when: { is: 'present' } }] })?.words).toBe('A rule without a name: give it a name.')
})

test('the lines of a rule are found in the text, without what is said above the next', () => {
  const text = '[zones]\nbay = []\n\n[[rules]]\nname = "a"\n[rules.look]\nkind = "face"\n\n# at night\n[[rules]]\nname = "b"\n[lines]\n'
  expect(ruleLines(text, 0)).toEqual([3, 7])
  expect(ruleLines(text, 1)).toEqual([9, 11])
  expect(ruleLines(text, 2)).toEqual([0, 0])
  expect([1, 5, 11, 12].map((line) => ruleAt(text, line))).toEqual([-1, 0, 1, -1])
})

test('what is other than before is told by its names', () => {
  expect(differences({ a: 1, b: 2, c: 3 }, { b: 2, c: 4, d: 5 })).toEqual({ fresh: ['d'], gone: ['a'], other: ['c'] })
})

test('a clip is read as its seconds', () => {
  expect(clipOf('5s..10.5s')).toEqual([5, 10.5])
  expect(clipOf(null)).toBeNull()
})
