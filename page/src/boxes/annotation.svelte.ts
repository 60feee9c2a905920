import type { Box, DrawnBox, LabelledBox, Origin, ProposedBox } from '../records'
import { isLargeEnough, pulled, within, type Grip } from './shapes'

/** A box as it stands on the page; `origin` is that of a proposal which nobody has touched. */
export interface Draft {
  readonly key: number
  readonly number: number | null
  readonly label: string
  readonly box: Box
  readonly origin: Origin | null
}

/** The boxes of one picture while somebody works on them; every step can be undone. */
export class Annotation {
  drafts = $state.raw<readonly Draft[]>([])
  selected = $state<number | null>(null)
  changed = $state(false)
  private past: (readonly Draft[])[] = []
  private future: (readonly Draft[])[] = []
  private before: readonly Draft[] | null = null
  private keys = 0

  constructor(
    readonly width: number,
    readonly height: number,
    boxes: readonly LabelledBox[] = [],
  ) {
    this.drafts = boxes.map(({ number, label, box }) => ({ key: ++this.keys, number, label, box, origin: null }))
  }

  get chosen(): Draft | undefined {
    return this.drafts.find(({ key }) => key === this.selected)
  }

  /** What a network or the film before proposes; it counts as soon as the picture is kept. */
  propose(boxes: readonly ProposedBox[]): void {
    const fresh = boxes.map(({ label, box, origin }) => ({ key: ++this.keys, number: null, label, box: within(box, this.width, this.height), origin }))
    this.drafts = [...this.drafts, ...fresh]
  }

  /** A gesture begins; what follows until `end` is one step. */
  begin(): void {
    this.before = this.drafts
  }

  add(label: string, box: Box): void {
    const draft = { key: ++this.keys, number: null, label, box: within(box, this.width, this.height), origin: null }
    this.drafts = [...this.drafts, draft]
    this.selected = draft.key
  }

  /** Pull the box that is chosen by what was gripped, as it was when the gesture began, so many pixels. */
  pull(from: Box, grip: Grip, x: number, y: number): void {
    this.change((each) => ({ ...each, box: pulled(from, grip, x, y, this.width, this.height) }))
  }

  end(): void {
    const before = this.before
    this.before = null
    if (before === null) return
    this.drafts = this.drafts.filter(({ box }) => isLargeEnough(box))
    if (!this.chosen) this.selected = null
    if (same(before, this.drafts)) this.drafts = before
    else this.remember(before)
  }

  /** The gesture was meant for something else. */
  cancel(): void {
    if (this.before) this.drafts = this.before
    this.before = null
    if (!this.chosen) this.selected = null
  }

  /** By the keyboard: one step for each. */
  nudge(grip: Grip, x: number, y: number): void {
    const { chosen } = this
    if (!chosen) return
    this.step(() => this.pull(chosen.box, grip, x, y))
  }

  /** A box in the middle of what is seen, to be moved by the keyboard. */
  place(label: string, box: Box): void {
    this.step(() => this.add(label, box))
  }

  relabel(label: string): void {
    this.step(() => this.change((each) => ({ ...each, label })))
  }

  remove(): void {
    const place = this.drafts.findIndex(({ key }) => key === this.selected)
    if (place < 0) return
    this.step(() => {
      this.drafts = this.drafts.filter((_, at) => at !== place)
    })
    this.selected = (this.drafts[place] ?? this.drafts.at(-1))?.key ?? null
  }

  clear(): void {
    this.step(() => {
      this.drafts = []
    })
  }

  /** Choose the next box, or the one before. */
  walk(step: number): void {
    const count = this.drafts.length
    if (!count) return
    const place = this.drafts.findIndex(({ key }) => key === this.selected)
    const next = place < 0 ? (step > 0 ? 0 : count - 1) : (place + step + count) % count
    this.selected = this.drafts[next]!.key
  }

  /** False where there is nothing to undo. */
  undo(): boolean {
    return this.turn(this.past, this.future)
  }

  redo(): boolean {
    return this.turn(this.future, this.past)
  }

  /** What is sent; without proposals that nobody touched where only what was done by hand counts. */
  sent(proposals = true): DrawnBox[] {
    return this.drafts.filter(({ origin }) => proposals || origin === null).map(({ number, label, box }) => ({ number, label, ...box }))
  }

  /** Go on after somebody else changed the picture: what they removed is new if it is kept here. */
  rebase(boxes: readonly LabelledBox[]): void {
    const there = new Set(boxes.map(({ number }) => number))
    this.drafts = this.drafts.map((each) => (each.number !== null && !there.has(each.number) ? { ...each, number: null } : each))
  }

  private change(made: (draft: Draft) => Draft): void {
    this.drafts = this.drafts.map((each) => (each.key === this.selected ? { ...made(each), origin: null } : each))
  }

  private step(act: () => void): void {
    this.begin()
    act()
    this.end()
  }

  private remember(before: readonly Draft[]): void {
    this.past.push(before)
    this.future = []
    this.changed = true
  }

  private turn(from: (readonly Draft[])[], to: (readonly Draft[])[]): boolean {
    const found = from.pop()
    if (!found) return false
    to.push(this.drafts)
    this.drafts = found
    this.changed = true
    if (!this.chosen) this.selected = null
    return true
  }
}

function same(one: readonly Draft[], other: readonly Draft[]): boolean {
  return JSON.stringify(one.map(({ label, box }) => [label, box])) === JSON.stringify(other.map(({ label, box }) => [label, box]))
}
