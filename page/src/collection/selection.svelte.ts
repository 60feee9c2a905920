import type { Block } from './grid'

/** How a click or a key counts: alone, together with what is chosen, or all from where the last one was. */
export interface Manner {
  together?: boolean
  range?: boolean
}

/** Which pictures of a list are chosen, and at which the keyboard is. Lists are long: no move costs more than what it touches. */
export class Selection {
  /** The place at which the keyboard is. */
  focus = $state(0)
  /** Chosen by fingers: each tap adds or takes away, until nothing is chosen. */
  byTouch = $state(false)
  private list: readonly string[] = []
  private kept = new Set<string>()
  private anchor = 0
  private drawn: Block | null = null
  private turn = $state(0)

  /** Another list: what is not on it any more is chosen no more, and the keyboard stays at its picture. */
  show(list: readonly string[]): void {
    const here = this.list[this.focus]
    const start = this.list[this.anchor]
    this.list = list
    this.drawn = null
    if (this.kept.size) this.kept = new Set(list.filter((each) => this.kept.has(each)))
    this.focus = this.found(here, this.focus)
    this.anchor = start === here ? this.focus : this.found(start, this.anchor)
    this.changed()
  }

  get count(): number {
    void this.turn
    if (!this.drawn) return this.kept.size
    let more = 0
    for (const place of this.drawn.places()) if (!this.kept.has(this.list[place]!)) more += 1
    return this.kept.size + more
  }

  has(place: number): boolean {
    void this.turn
    return this.kept.has(this.list[place] ?? '') || (this.drawn?.has(place) ?? false)
  }

  /** In the order of the list. */
  chosen(): string[] {
    void this.turn
    return this.list.filter((hash, place) => this.kept.has(hash) || this.drawn?.has(place))
  }

  /** By the mouse, or by a key that leads to a place. */
  choose(place: number, { together = false, range = false }: Manner = {}): void {
    if (place < 0 || place >= this.list.length) return
    if (range) this.reach(place, together)
    else if (together) this.toggle(place)
    else this.kept = new Set([this.list[place]!])
    if (!range) this.anchor = place
    this.focus = place
    this.changed()
  }

  /** Go there without choosing anything. */
  go(place: number): void {
    this.focus = this.within(place)
  }

  all(): void {
    this.kept = new Set(this.list)
    this.changed()
  }

  none(): void {
    this.kept = new Set()
    this.changed()
  }

  /** What a long press begins. */
  touch(place: number): void {
    this.byTouch = true
    if (!this.has(place)) this.choose(place, { together: true })
  }

  /** Begin to draw round pictures; those chosen before stay only where they are to. */
  begin(keep: boolean): void {
    if (!keep) this.kept = new Set()
    this.changed()
  }

  draw(block: Block): void {
    this.drawn = block
    this.changed()
  }

  end(): void {
    if (this.drawn) for (const place of this.drawn.places()) this.kept.add(this.list[place]!)
    this.cancel()
  }

  cancel(): void {
    this.drawn = null
    this.changed()
  }

  private reach(place: number, together: boolean): void {
    const [first, last] = this.anchor < place ? [this.anchor, place] : [place, this.anchor]
    const between = this.list.slice(first, last + 1)
    this.kept = new Set(together ? [...this.kept, ...between] : between)
  }

  private toggle(place: number): void {
    const hash = this.list[place]!
    if (!this.kept.delete(hash)) this.kept.add(hash)
  }

  private found(hash: string | undefined, before: number): number {
    const place = hash === undefined ? -1 : this.list.indexOf(hash)
    return place < 0 ? this.within(before) : place
  }

  private within(place: number): number {
    return Math.max(0, Math.min(place, this.list.length - 1))
  }

  private changed(): void {
    this.turn += 1
    if (!this.kept.size && !this.drawn) this.byTouch = false
  }
}
