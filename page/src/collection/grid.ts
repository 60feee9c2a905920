const SPARE = 2 // rows above and below what is seen

/** From the first to before the last. */
export interface Span {
  first: number
  last: number
}

/** A rectangle in pixels of all that can be scrolled to; its sides may be turned over. */
export interface Area {
  left: number
  top: number
  right: number
  bottom: number
}

/** Cells of a grid that lie in a rectangle. */
export class Block {
  constructor(
    private readonly rows: Span,
    private readonly across: Span,
    private readonly columns: number,
    private readonly count: number,
  ) {}

  has(place: number): boolean {
    const row = Math.floor(place / this.columns)
    const column = place % this.columns
    return row >= this.rows.first && row < this.rows.last && column >= this.across.first && column < this.across.last && place < this.count
  }

  *places(): Generator<number> {
    for (let row = this.rows.first; row < this.rows.last; row += 1) {
      const end = Math.min(this.count, row * this.columns + this.across.last)
      for (let place = row * this.columns + this.across.first; place < end; place += 1) yield place
    }
  }
}

/** Where each of very many pictures lies, in rows of cells that are all of one size; lengths are pixels. */
export class Grid {
  readonly columns: number
  /** Width of a cell. */
  readonly cell: number
  /** Height of a cell. */
  readonly high: number
  /** From the top of a row to that of the next. */
  readonly row: number
  readonly rows: number
  readonly height: number

  /** `wanted` is how wide a cell is at least, `words` the room for what is written below its picture. */
  constructor(
    readonly count: number,
    readonly width: number,
    wanted: number,
    readonly gap: number,
    words = 0,
  ) {
    this.columns = Math.max(1, Math.floor((width + gap) / (wanted + gap)))
    this.cell = Math.max(1, (width - gap * (this.columns - 1)) / this.columns)
    this.high = this.cell + words
    this.row = this.high + gap
    this.rows = Math.ceil(count / this.columns)
    this.height = Math.max(0, this.rows * this.row - gap)
  }

  /** The places to have in the page while `height` pixels from `top` on are seen: whole rows, and some spare. */
  near(top: number, height: number): Span {
    const first = Math.max(0, Math.floor(top / this.row) - SPARE) * this.columns
    const last = Math.min(this.count, (Math.ceil((top + height) / this.row) + SPARE) * this.columns)
    return { first: Math.min(first, Math.max(0, last)), last: Math.max(0, last) }
  }

  /** How many those are at most. */
  most(height: number): number {
    return (Math.ceil(height / this.row) + 1 + 2 * SPARE) * this.columns
  }

  at(place: number): { left: number; top: number } {
    return { left: (place % this.columns) * (this.cell + this.gap), top: Math.floor(place / this.columns) * this.row }
  }

  /** The cells that a rectangle touches; what lies between them is no cell. */
  block(area: Area): Block {
    const down = touched(area.top, area.bottom, this.row, this.high, this.rows)
    const across = touched(area.left, area.right, this.cell + this.gap, this.cell, this.columns)
    return new Block(down, across, this.columns, this.count)
  }

  /** Where a key leads from a place, while so many rows are seen; null where it is no key for that. */
  step(place: number, key: string, seen: number): number | null {
    const page = Math.max(1, seen) * this.columns
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns, PageUp: -page, PageDown: page, Home: -place, End: this.count - 1 - place }
    const step = steps[key]
    if (step === undefined || !this.count) return null
    const to = place + step
    if (to >= 0 && to < this.count) return to
    if (Math.abs(step) === 1) return place
    return step < 0 ? this.above(place) : this.below(place)
  }

  /** How far it must be scrolled for a place to be seen whole; `top` where it is. */
  reveal(place: number, top: number, height: number): number {
    const begin = this.at(place).top
    if (begin < top) return begin
    return begin + this.high > top + height ? begin + this.high - height : top
  }

  private above(place: number): number {
    return place % this.columns
  }

  /** In the last row, which may have no cell in this column. */
  private below(place: number): number {
    const last = this.count - 1
    const wanted = (this.rows - 1) * this.columns + (place % this.columns)
    return Math.floor(place / this.columns) === this.rows - 1 ? place : Math.min(last, wanted)
  }
}

function touched(one: number, other: number, step: number, size: number, count: number): Span {
  const [begin, end] = one < other ? [one, other] : [other, one]
  const before = Math.floor(begin / step)
  const first = Math.max(0, begin > before * step + size ? before + 1 : before)
  return { first, last: Math.max(first, Math.min(count, Math.floor(end / step) + 1)) }
}
