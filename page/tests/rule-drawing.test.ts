import { expect, test } from 'vitest'
import { Drawing, type Board, type Picked } from '../src/rules/drawing.svelte'
import { arrowOf, boxAround, isZone, moved, withCorner, withoutCorner } from '../src/rules/shapes'
import { Steps } from '../src/rules/steps.svelte'
import type { Point, Rules } from '../src/rules/vocabulary'

const SQUARE: Point[] = [[0.2, 0.2], [0.6, 0.2], [0.6, 0.6], [0.2, 0.6]]

class Paper implements Board {
  steps: Rules[] = []
  private before: Rules | null = null
  constructor(public rules: Rules = {}) {}
  begin(): void {
    this.before = this.rules
  }
  put(rules: Rules): void {
    this.rules = rules
  }
  end(): void {
    this.steps.push(this.before!)
  }
  cancel(): void {
    this.rules = this.before!
  }
}

const drawing = (rules: Rules = {}, picked: Picked = { box: null, colour: null }) => {
  const paper = new Paper(rules)
  return { paper, drawn: new Drawing(paper, () => Promise.resolve(picked)) }
}

test('shapes stay on the picture whole, and a zone keeps three corners', () => {
  expect(moved(SQUARE, 0.9, -0.1)).toEqual([[0.6, 0.1], [1, 0.1], [1, 0.5], [0.6, 0.5]])
  expect(withCorner(SQUARE, 3)).toEqual([...SQUARE, [0.2, 0.4]])
  expect(withoutCorner(SQUARE, 0)).toHaveLength(3)
  expect(withoutCorner(SQUARE.slice(1), 0)).toHaveLength(3)
  expect(isZone([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]])).toBe(false)
  expect(isZone(SQUARE)).toBe(true)
})

test('an arrow points to the right of its line, as seen from its first point', () => {
  const [middle, tip] = arrowOf([0.5, 1], [0.5, 0], 2, 0.1) // upwards: the right is the right
  expect(middle).toEqual([0.5, 0.5])
  expect(tip[0]).toBeCloseTo(0.55)
  expect(tip[1]).toBeCloseTo(0.5)
})

test('a round box is round on a wide picture and stays on it', () => {
  const [left, top, right, bottom] = boxAround([0.99, 0.5], 0.1, 2)
  expect(right).toBe(1)
  expect((right - left) * 2).toBeCloseTo(bottom - top)
})

test('a zone is drawn by its corners, closed by the first of them, and one step', async () => {
  const { paper, drawn } = drawing({ zones: { zone: SQUARE } })
  drawn.take('zone')
  for (const corner of [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]] as Point[]) await drawn.click(corner)
  expect(drawn.growing).toHaveLength(3)
  await drawn.click([0.101, 0.102])
  expect(paper.rules.zones?.['zone 2']).toEqual([[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]])
  expect(paper.steps).toHaveLength(1)
  expect(drawn.chosen).toEqual({ sort: 'zones', name: 'zone 2', point: null })
  expect(drawn.tool).toBe('choose')
})

test('corners on one line close nothing, and the last of them can be taken back', async () => {
  const { paper, drawn } = drawing()
  drawn.take('zone')
  for (const corner of [[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]] as Point[]) await drawn.click(corner)
  drawn.close()
  expect(paper.rules.zones).toBeUndefined()
  expect(drawn.takeBack()).toBe(true)
  await drawn.click([0.5, 0.1])
  drawn.close()
  expect(paper.rules.zones?.zone).toEqual([[0.1, 0.1], [0.2, 0.2], [0.5, 0.1]])
})

test('a line is two clicks or one pull, and is turned round', async () => {
  const { paper, drawn } = drawing()
  drawn.take('line')
  await drawn.click([0.1, 0.1])
  await drawn.click([0.1, 0.9])
  expect(paper.rules.lines?.line).toEqual([[0.1, 0.1], [0.1, 0.9]])
  drawn.turn()
  expect(paper.rules.lines?.line).toEqual([[0.1, 0.9], [0.1, 0.1]])
  drawn.take('line')
  await drawn.click([0.3, 0.3])
  drawn.letGo([0.301, 0.3]) // a click, not a pull
  expect(drawn.growing).toHaveLength(1)
  drawn.letGo([0.8, 0.3])
  expect(paper.rules.lines?.['line 2']).toEqual([[0.3, 0.3], [0.8, 0.3]])
})

test('a light is where the click found one, or a small place round it', async () => {
  const found = drawing({}, { box: [0.2, 0.3, 0.4, 0.5], colour: '#00ff00' })
  found.drawn.take('light')
  await found.drawn.click([0.3, 0.4])
  expect(found.paper.rules.lights).toEqual({ light: { box: [0.2, 0.3, 0.4, 0.5] } })
  const dark = drawing()
  dark.drawn.camera = 'yard'
  dark.drawn.several = true
  dark.drawn.take('light')
  await dark.drawn.click([0.5, 0.5])
  const { light } = dark.paper.rules.lights!
  expect(light!.cameras).toEqual(['yard'])
  expect(light!.box![2] - light!.box![0]).toBeCloseTo(0.045)
})

test('a colour is that of a click on a lit light, and none where it cannot be told', async () => {
  const lit = drawing({}, { box: null, colour: '#ffb000' })
  lit.drawn.take('colour')
  await lit.drawn.click([0.5, 0.5])
  expect(lit.paper.rules.colours).toEqual({ colour: '#ffb000' })
  const white = drawing()
  white.drawn.take('colour')
  await expect(white.drawn.click([0.5, 0.5])).rejects.toThrow('No colour can be told there')
})

test('a pull by the mouse is one step, of a corner or of all', () => {
  const { paper, drawn } = drawing({ zones: { bay: SQUARE } })
  drawn.grip([0.2, 0.2], { sort: 'zones', name: 'bay', point: 0 })
  for (let far = 1; far <= 10; far += 1) drawn.drag([0.2 - far / 100, 0.2])
  drawn.drop()
  expect(paper.rules.zones?.bay?.[0]).toEqual([0.1, 0.2])
  drawn.grip([0.3, 0.3], { sort: 'zones', name: 'bay', point: null })
  drawn.drag([0.4, 0.3])
  drawn.drop()
  expect(paper.rules.zones?.bay?.[1]).toEqual([0.7, 0.2])
  expect(paper.steps).toHaveLength(2)
})

test('a gesture that was meant for something else leaves all as it was', () => {
  const { paper, drawn } = drawing({ zones: { bay: SQUARE } })
  drawn.bend([0.4, 0.1], 'bay', 0)
  drawn.drag([0.4, 0])
  expect(paper.rules.zones?.bay).toHaveLength(5)
  drawn.cancel()
  expect(paper.rules.zones?.bay).toEqual(SQUARE)
})

test('an edge that is pulled is bent at a corner of its own', () => {
  const { paper, drawn } = drawing({ zones: { bay: SQUARE } })
  drawn.bend([0.4, 0.2], 'bay', 0)
  drawn.drag([0.4, 0.1])
  drawn.drop()
  expect(paper.rules.zones?.bay).toEqual([[0.2, 0.2], [0.4, 0.1], [0.6, 0.2], [0.6, 0.6], [0.2, 0.6]])
  expect(drawn.chosen?.point).toBe(1)
})

test('all of it goes by keys: chosen, moved, made larger, a corner more, taken away', () => {
  const { paper, drawn } = drawing({ zones: { bay: SQUARE }, lights: { ready: { box: [0.4, 0.4, 0.5, 0.5] } } })
  drawn.walk(1)
  drawn.walkPoints(1)
  drawn.nudge(1, 0, { far: true })
  expect(paper.rules.zones?.bay?.[0]).toEqual([0.22, 0.2])
  drawn.addCorner()
  expect(drawn.chosen).toEqual({ sort: 'zones', name: 'bay', point: 1 })
  drawn.remove()
  expect(paper.rules.zones?.bay).toHaveLength(4)
  drawn.walk(1)
  expect(drawn.chosen?.name).toBe('ready')
  drawn.nudge(0, 1, { far: true, size: true })
  expect(paper.rules.lights?.ready?.box).toEqual([0.4, 0.4, 0.5, 0.52])
  drawn.remove()
  expect(paper.rules.lights).toEqual({})
  expect(drawn.chosen).toBeNull()
})

test('a zone with three corners goes as a whole', () => {
  const { paper, drawn } = drawing({ zones: { bay: SQUARE.slice(1) } })
  drawn.choose('zones', 'bay', 1)
  drawn.remove()
  expect(paper.rules.zones).toEqual({})
})

test('one in the middle of what is seen is made without a mouse', async () => {
  const { paper, drawn } = drawing()
  drawn.take('zone')
  await drawn.middle([0, 0, 1, 1])
  expect(paper.rules.zones?.zone).toEqual([[0.35, 0.35], [0.65, 0.35], [0.65, 0.65], [0.35, 0.65]])
  drawn.take('line')
  await drawn.middle([0, 0, 0.5, 0.5])
  expect(paper.rules.lines?.line).toEqual([[0.25, 0.175], [0.25, 0.325]])
})

test('another name goes into the rules that speak of it, and one that is taken is refused', () => {
  const when = { is: 'all', of: [{ is: 'in', zone: 'bay' }, { is: 'not', of: { is: 'count', zone: 'bay', at_least: 2 } }] }
  const { paper, drawn } = drawing({ zones: { bay: SQUARE, yard: SQUARE }, rules: [{ name: 'one', when }] })
  drawn.choose('zones', 'bay')
  expect(drawn.rename('yard')).toBe(false)
  expect(drawn.rename(' dock ')).toBe(true)
  expect(Object.keys(paper.rules.zones!)).toEqual(['dock', 'yard'])
  expect(JSON.stringify(paper.rules.rules)).not.toContain('bay')
})

test('lights of other cameras are not on this picture', () => {
  const { drawn } = drawing({ lights: { here: { box: [0, 0, 0.1, 0.1], cameras: ['yard'] }, there: { box: [0, 0, 0.1, 0.1], cameras: ['hall'] } } })
  drawn.camera = 'yard'
  expect(drawn.things.map(({ name }) => name)).toEqual(['here'])
})

test('what is chosen is let go when it is no more', () => {
  const { paper, drawn } = drawing({ zones: { bay: SQUARE } })
  drawn.choose('zones', 'bay', 3)
  paper.rules = { zones: { bay: SQUARE.slice(0, 3) } }
  drawn.check()
  expect(drawn.chosen?.point).toBeNull()
  paper.rules = {}
  drawn.check()
  expect(drawn.chosen).toBeNull()
})

test('steps go back and forth, and a new one ends those that were undone', () => {
  const steps = new Steps<number>()
  expect(steps.undo(0)).toBeUndefined()
  steps.keep(0)
  steps.keep(1)
  expect(steps.undo(2)).toBe(1)
  expect(steps.redo(1)).toBe(2)
  expect(steps.undo(2)).toBe(1)
  steps.keep(1)
  expect(steps.canRedo).toBe(false)
})
