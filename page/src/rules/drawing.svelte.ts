import type { Grip } from '../boxes/shapes'
import { apart, boxAround, FEWEST, isBox, isZone, moved, onPicture, pulledBox, withCorner, withoutCorner, withPoint } from './shapes'
import { freshName, renamed, withThing, without, type Light, type Point, type Rules, type Share4, type Sort } from './vocabulary'

export type Tool = 'choose' | 'zone' | 'line' | 'light' | 'colour'

/** A thing that is worked on, and of a zone or line which of its points. */
export interface Chosen {
  readonly sort: Sort
  readonly name: string
  readonly point: number | null
}

/** Where drawings lie: what is put between `begin` and `end` is one step, that can be undone. */
export interface Board {
  readonly rules: Rules
  begin(): void
  put(rules: Rules): void
  end(): void
  cancel(): void
}

/** What a click on a light found: its box and colour, null where nothing is lit or it is too bright to tell. */
export interface Picked {
  readonly box: Share4 | null
  readonly colour: string | null
}
export type Pick = (point: Point) => Promise<Picked>

interface Pull {
  readonly at: Point
  readonly chosen: Chosen
  readonly grip: Grip
  readonly points: readonly Point[]
  readonly box: Share4 | null
}

export const STEP = 0.002 // of the picture, for each press of a key
const FAR = 10
const RADIUS = 0.03 // heights of the picture, of a light that nobody found
const SIDE = 0.15 // of what is seen, from the middle of a new zone to its sides
const NEAR = 0.012 // heights of the picture, by which a point is met
const STEMS: Record<Sort, string> = { zones: 'zone', lines: 'line', lights: 'light', colours: 'colour' }

/** Zones, lines and lights drawn over a picture. All places are shares of it. */
export class Drawing {
  tool = $state<Tool>('choose')
  chosen = $state.raw<Chosen | null>(null)
  /** The points of a zone or line that is not whole yet. */
  growing = $state.raw<readonly Point[]>([])
  /** Width of the picture by its height. */
  ratio = $state(4 / 3)
  /** Whose picture it is; where there are several, a new light is of that camera alone. */
  camera = $state<string | null>(null)
  several = $state(false)
  looking = $state(false)
  private pull: Pull | null = null

  constructor(
    private readonly board: Board,
    private readonly pick: Pick,
  ) {}

  get points(): readonly Point[] {
    return this.chosen ? this.pointsOf(this.chosen) : []
  }

  get box(): Share4 | null {
    const { chosen } = this
    return chosen?.sort === 'lights' ? (this.board.rules.lights?.[chosen.name]?.box ?? null) : null
  }

  /** All that can be chosen on this picture, in the order of the file. */
  get things(): Chosen[] {
    const { zones = {}, lines = {}, lights = {} } = this.board.rules
    const seen = Object.entries(lights).filter(([, light]) => light.box && !light.detected && this.isHere(light))
    const sorts: [Sort, string[]][] = [['zones', Object.keys(zones)], ['lines', Object.keys(lines)], ['lights', seen.map(([name]) => name)]]
    return sorts.flatMap(([sort, names]) => names.map((name) => ({ sort, name, point: null })))
  }

  isHere(light: Light): boolean {
    return !this.camera || !light.cameras?.length || light.cameras.includes(this.camera)
  }

  take(tool: Tool): void {
    this.tool = tool
    this.growing = []
    if (tool !== 'choose') this.chosen = null
  }

  choose(sort: Sort, name: string, point: number | null = null): void {
    this.chosen = { sort, name, point }
  }

  /** What is not whole is left, then what is chosen, then the tool. */
  leave(): void {
    if (this.growing.length) this.growing = []
    else if (this.chosen) this.chosen = null
    else this.tool = 'choose'
  }

  /** A click with a tool; what it makes is chosen. */
  async click(at: Point): Promise<void> {
    const point = onPicture(at)
    if (this.tool === 'zone') this.corner(point)
    else if (this.tool === 'line') this.lineTo(point)
    else if (this.tool === 'light') await this.light(point)
    else if (this.tool === 'colour') await this.colour(point)
  }

  /** A line may be drawn by pulling as well: whether letting go here ends it. */
  letGo(at: Point): void {
    const [start] = this.growing
    if (this.tool === 'line' && start && apart(start, at, this.ratio) > NEAR) this.lineTo(onPicture(at))
  }

  /** The zone that is being drawn is whole. */
  close(): void {
    if (this.tool !== 'zone' || !isZone(this.growing)) return
    this.make('zones', this.growing)
  }

  /** The last point of what is not whole, and no more. */
  takeBack(): boolean {
    if (!this.growing.length) return false
    this.growing = this.growing.slice(0, -1)
    return true
  }

  /** By the keyboard: one in the middle of what is seen, to be moved from there. */
  async middle([left, top, right, bottom]: Share4): Promise<void> {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2]
    const [across, down] = [(right - left) * SIDE, (bottom - top) * SIDE]
    if (this.tool === 'zone') this.make('zones', [[x - across, y - down], [x + across, y - down], [x + across, y + down], [x - across, y + down]].map((each) => onPicture(each as unknown as Point)))
    else if (this.tool === 'line') this.make('lines', [onPicture([x, y - down]), onPicture([x, y + down])])
    else if (this.tool !== 'choose') await this.click([x, y])
  }

  /** What is chosen is taken by the mouse. */
  grip(at: Point, chosen: Chosen, grip: Grip = 'all'): void {
    this.chosen = chosen
    this.board.begin()
    this.pull = { at, chosen, grip, points: this.pointsOf(chosen), box: this.box }
  }

  /** A corner more, on the edge behind a corner, which goes on with the mouse. */
  bend(at: Point, name: string, place: number): void {
    this.board.begin()
    const points = withCorner(this.board.rules.zones![name]!, place, at)
    this.board.put(withThing(this.board.rules, 'zones', name, points))
    this.chosen = { sort: 'zones', name, point: place + 1 }
    this.pull = { at, chosen: this.chosen, grip: 'all', points, box: null }
  }

  drag(to: Point): void {
    const { pull } = this
    if (!pull) return
    const [x, y] = [to[0] - pull.at[0], to[1] - pull.at[1]]
    if (pull.box) this.put(pulledBox(pull.box, pull.grip, x, y))
    else this.put(shifted(pull.points, pull.chosen.point, x, y))
  }

  drop(): void {
    if (!this.pull) return
    const { pull } = this
    this.pull = null
    if (pull.box && this.box && !isBox(this.box)) this.put(pull.box)
    this.board.end()
  }

  /** The gesture was meant for something else. */
  cancel(): void {
    if (this.pull) this.board.cancel()
    this.pull = null
    if (this.tool !== 'zone') this.growing = []
  }

  /** By the keyboard, in steps: the point that is chosen, or all of it; with `size` a box grows instead. */
  nudge(x: number, y: number, { far = false, size = false } = {}): void {
    const { chosen, box } = this
    if (!chosen) return
    const step = STEP * (far ? FAR : 1)
    if (!box) return this.step(shifted(this.points, chosen.point, x * step, y * step))
    const next = pulledBox(box, size ? 'se' : 'all', x * step, y * step)
    if (isBox(next)) this.step(next)
  }

  /** The next thing, or the one before. */
  walk(step: number): void {
    const { things, chosen } = this
    const place = things.findIndex((each) => each.sort === chosen?.sort && each.name === chosen.name)
    this.chosen = things[around(place, step, things.length)] ?? null
  }

  /** The next point of what is chosen, or the one before. */
  walkPoints(step: number): void {
    const { chosen, points } = this
    if (chosen && points.length) this.chosen = { ...chosen, point: around(chosen.point ?? -1, step, points.length) }
  }

  /** A corner more behind the one that is chosen. */
  addCorner(): void {
    const { chosen, points } = this
    if (chosen?.sort !== 'zones') return
    const place = chosen.point ?? points.length - 1
    this.step(withCorner(points, place))
    this.chosen = { ...chosen, point: place + 1 }
  }

  /** A corner that is chosen, where the zone has enough of them; or else all of it. */
  remove(): void {
    const { chosen, points } = this
    if (!chosen) return
    if (chosen.sort === 'zones' && chosen.point !== null && points.length > FEWEST) {
      this.step(withoutCorner(points, chosen.point))
      this.chosen = { ...chosen, point: Math.min(chosen.point, points.length - 2) }
    } else this.discard()
  }

  /** All of what is chosen. */
  discard(): void {
    const { chosen } = this
    if (!chosen) return
    this.done(without(this.board.rules, chosen.sort, chosen.name))
    this.chosen = null
  }

  /** A line that is crossed from its other side. */
  turn(): void {
    if (this.chosen?.sort === 'lines') this.step(this.points.toReversed())
  }

  /** Another name, in the rules, too; false where something else has it. */
  rename(to: string): boolean {
    const { chosen } = this
    const other = to.trim()
    if (!chosen || !other || other === chosen.name) return other !== ''
    if (other in (this.board.rules[chosen.sort] ?? {})) return false
    this.done(renamed(this.board.rules, chosen.sort, chosen.name, other))
    this.chosen = { ...chosen, name: other }
    return true
  }

  /** After a step back, or when the text was changed: what is chosen may be no more. */
  check(): void {
    const { chosen } = this
    if (!chosen || this.pull) return
    if (!(chosen.name in (this.board.rules[chosen.sort] ?? {}))) this.chosen = null
    else if (chosen.point !== null && chosen.point >= this.points.length) this.chosen = { ...chosen, point: null }
  }

  private corner(point: Point): void {
    const [first] = this.growing
    if (first && this.growing.length >= FEWEST && apart(first, point, this.ratio) < 2 * NEAR) return this.close()
    const last = this.growing.at(-1)
    if (!last || apart(last, point, this.ratio) > NEAR / 2) this.growing = [...this.growing, point]
  }

  private lineTo(point: Point): void {
    const [start] = this.growing
    if (!start) this.growing = [point]
    else if (apart(start, point, this.ratio) > NEAR) this.make('lines', [start, point])
  }

  private async light(point: Point): Promise<void> {
    const found = await this.look(point)
    const box = found.box ?? boxAround(point, RADIUS, this.ratio)
    this.make('lights', this.camera && this.several ? { box, cameras: [this.camera] } : { box })
  }

  private async colour(point: Point): Promise<void> {
    const { colour } = await this.look(point)
    if (colour === null) throw new Error('No colour can be told there: click the light while it is lit, and where it is not quite white.')
    this.make('colours', colour)
  }

  private async look(point: Point): Promise<Picked> {
    this.looking = true
    try {
      return await this.pick(point)
    } finally {
      this.looking = false
    }
  }

  private make(sort: Sort, value: unknown): void {
    const name = freshName(this.board.rules[sort] ?? {}, STEMS[sort])
    this.done(withThing(this.board.rules, sort, name, value))
    this.growing = []
    this.tool = 'choose'
    this.chosen = { sort, name, point: null }
  }

  private pointsOf({ sort, name }: Chosen): readonly Point[] {
    return (sort === 'zones' ? this.board.rules.zones?.[name] : sort === 'lines' ? this.board.rules.lines?.[name] : null) ?? []
  }

  /** Put points or a box to what is chosen. */
  private put(shape: readonly Point[] | Share4): void {
    const { sort, name } = this.chosen!
    const { rules } = this.board
    this.board.put(withThing(rules, sort, name, sort === 'lights' ? { ...rules.lights![name], box: shape } : shape))
  }

  private step(shape: readonly Point[] | Share4): void {
    this.board.begin()
    this.put(shape)
    this.board.end()
  }

  private done(rules: Rules): void {
    this.board.begin()
    this.board.put(rules)
    this.board.end()
  }
}

function shifted(points: readonly Point[], place: number | null, x: number, y: number): readonly Point[] {
  if (place === null) return moved(points, x, y)
  const [u, v] = points[place]!
  return withPoint(points, place, [u + x, v + y])
}

function around(place: number, step: number, count: number): number {
  if (place < 0) return step > 0 ? 0 : count - 1
  return (place + step + count) % count
}
