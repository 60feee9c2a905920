/** What can be told of a rules file's text without reading TOML. */

const HEAD = /^\s*\[\[\s*rules\s*\]\]/
const OTHER = /^\s*\[/
const OF_RULE = /^\s*\[\s*rules\s*\./

/** The lines, from 0, where the rule of a place begins, and where what follows it does; both 0 where there is none. */
export function ruleLines(text: string, place: number): readonly [begin: number, end: number] {
  const lines = text.split('\n')
  const heads = lines.flatMap((line, at) => (HEAD.test(line) ? [at] : []))
  const begin = heads[place]
  if (begin === undefined) return [0, 0]
  const next = lines.findIndex((line, at) => at > begin && OTHER.test(line) && !OF_RULE.test(line))
  let end = next < 0 ? lines.length : next
  while (end > begin + 1 && isOutside(lines[end - 1]!)) end -= 1 // what is said above the next belongs to that
  return [begin, end]
}

const isOutside = (line: string): boolean => line.trim() === '' || line.trimStart().startsWith('#')

/** The place of the rule that a line, from 1, is in; -1 where it is in none. */
export function ruleAt(text: string, line: number): number {
  const count = text.split('\n').filter((each) => HEAD.test(each)).length
  for (let place = 0; place < count; place += 1) {
    const [begin, end] = ruleLines(text, place)
    if (line > begin && line <= end) return place
  }
  return -1
}

export interface Differences {
  readonly fresh: readonly string[]
  readonly gone: readonly string[]
  readonly other: readonly string[]
}

/** What is other in one set of named things than it was in another. */
export function differences(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Differences {
  const [old, now] = [Object.keys(before), Object.keys(after)]
  return {
    fresh: now.filter((name) => !(name in before)),
    gone: old.filter((name) => !(name in after)),
    other: now.filter((name) => name in before && JSON.stringify(before[name]) !== JSON.stringify(after[name])),
  }
}
