import { ask as server, Refused, sentence, type Ask } from '../api/http'
import type { NumberAnswer } from '../records'

export interface Point {
  x: number
  y: number
}
export type Stroke = readonly Point[]
type Render = (strokes: readonly Stroke[]) => Promise<Blob>

const PATIENCE = 1000

/** What is drawn, stroke by stroke, and the number that is read from it while the pen moves. */
export class Drawing {
  strokes = $state.raw<readonly Stroke[]>([])
  answer = $state.raw<NumberAnswer | null>(null)
  error = $state('')
  private open = false
  private asking = false
  private stale = false

  constructor(
    private readonly render: Render,
    private readonly ask: Ask = server,
  ) {}

  begin(point: Point): void {
    this.open = true
    this.change([...this.strokes, [point]])
  }

  move(point: Point): void {
    if (!this.open) return
    const last = this.strokes.at(-1) ?? []
    this.change([...this.strokes.slice(0, -1), [...last, point]])
  }

  end(): void {
    this.open = false
  }

  undo(): void {
    this.end()
    this.change(this.strokes.slice(0, -1))
  }

  clear(): void {
    this.end()
    this.change([])
  }

  /** The same drawing, as whatever reads digits now reads it. */
  askAgain(): void {
    if (this.strokes.length) this.change(this.strokes)
  }

  private change(strokes: readonly Stroke[]): void {
    this.strokes = strokes
    this.stale = true
    if (!this.asking) void this.follow()
  }

  /** One question at a time, always about the newest. */
  private async follow(): Promise<void> {
    this.asking = true
    try {
      while (this.stale) {
        this.stale = false
        await this.read(this.strokes)
      }
    } finally {
      this.asking = false
    }
  }

  private async read(strokes: readonly Stroke[]): Promise<void> {
    if (!strokes.length) {
      this.answer = null
      this.error = ''
      return
    }
    try {
      this.answer = await this.ask<NumberAnswer>('POST', '/api/digit', await this.render(strokes))
      this.error = ''
    } catch (error) {
      this.error = sentence(error)
      if (error instanceof Refused && error.status === 429) await this.later()
    }
  }

  private async later(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE))
    this.stale = true
  }
}
