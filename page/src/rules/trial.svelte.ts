import { Channel, type Heard } from '../api/channel'
import type { DraftNews, HoldingRule, MeasuredLight, TrialDraft, TrialNews } from '../records'

type Open = (path: string, heard: Heard) => Pick<Channel, 'send' | 'close'>

/** A rule began to hold at a time, and ended at another; null while it goes on. */
export interface Tried {
  readonly id: string
  readonly rule: string
  readonly subject: string
  readonly begin: number
  readonly end: number | null
  readonly measures: Readonly<Record<string, number>>
  readonly told: string
}

const PATH = '/api/rules/trial'
const PAUSE = 100 // milliseconds until more is asked for: eyes need no more
const KEPT = 40 // of what began and ended

/** A draft tried on a camera that runs, as it happens. Nobody else is told, and nothing is kept of it. */
export class Trial {
  holding = $state.raw<readonly HoldingRule[]>([])
  lights = $state.raw<readonly MeasuredLight[]>([])
  /** What began, the newest first. */
  happened = $state.raw<readonly Tried[]>([])
  /** When the newest picture was taken that was looked at; null while none of this draft was. */
  time = $state<number | null>(null)
  /** Why nothing is tried. */
  problem = $state('')
  private draft: TrialDraft | null = null
  private taken = 0
  private first = 0 // draft on this camera
  private count = 0
  private channel: ReturnType<Open> | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly open: Open = (path, heard) => new Channel(path, heard)) {}

  /** Try a text from now on; what it says alike goes on. */
  try(text: string, camera: number): void {
    const { draft } = this
    if (draft?.text === text && draft.camera === camera) return
    this.count += 1
    if (draft?.camera !== camera) this.forget()
    this.draft = { text, camera, number: this.count }
    if (this.channel) this.send()
    else this.channel = this.open(PATH, { text: (words) => this.hear(words), state: (state, reason) => this.turn(state, reason) })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
    this.draft = null
    this.forget()
  }

  private send(): void {
    this.channel?.send(JSON.stringify(this.draft))
  }

  private turn(state: string, reason: string): void {
    if (state === 'open') this.send()
    if (state !== 'lost' && state !== 'refused') return
    this.rest()
    this.happened = this.happened.filter(({ end }) => end !== null)
    this.problem = reason || 'The connection is lost. It is tried again by itself.'
  }

  private hear(words: string): void {
    const news = JSON.parse(words) as DraftNews | TrialNews
    if ('seen' in news) this.see(news)
    else this.take(news)
    this.timer = setTimeout(() => this.channel?.send('more'), PAUSE)
  }

  private take({ number, problem }: DraftNews): void {
    if (number === this.draft?.number) this.problem = problem?.words ?? ''
    if (!problem && number >= this.first) this.taken = number
  }

  private see({ number, seen }: TrialNews): void {
    if (number !== this.taken) return // of another camera
    this.time = seen.time
    this.holding = seen.holding
    this.lights = seen.lights
    let { happened } = this
    for (const { id, rule, phase, subject, time, measures, told } of seen.events) {
      if (phase === 'begun') happened = [{ id, rule, subject, begin: time, end: null, measures, told }, ...happened].slice(0, KEPT)
      else happened = happened.map((each) => (each.id === id ? { ...each, end: time, measures } : each))
    }
    this.happened = happened
  }

  /** What goes on is not known any more. */
  private rest(): void {
    clearTimeout(this.timer)
    this.holding = []
    this.lights = []
    this.time = null
    this.taken = 0
  }

  private forget(): void {
    this.rest()
    this.happened = []
    this.problem = ''
    this.first = this.count
  }
}
