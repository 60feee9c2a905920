import { openChannel, type Open } from '../api/channel'
import { ActLog } from '../datasets/acts.svelte'
import { ask, Refused, sentence, withQuery, type Ask } from '../api/http'
import type { Acts, CollectionChange, CollectionOverview, CollectionPictures, CollectionView, TeachNews } from '../records'
import { pathOf as teachPathOf } from '../teach/recogniser.svelte'
import { Details } from './details.svelte'
import { ALL, asked, type Filter } from './filter'
import { Selection } from './selection.svelte'

const SOON = 300 // milliseconds in which changes of others are taken together
const CONFLICT = 409

export const pathOf = (name: string): string => `/api/collection/${encodeURIComponent(name)}`

/** All pictures that a recogniser was ever shown, whoever else changes them. */
export class Collection {
  overview = $state.raw<CollectionOverview | null>(null)
  pictures = $state.raw<readonly string[]>([])
  /** Of all that are there, whatever is asked for. */
  total = $state(0)
  readonly log = new ActLog()
  filter = $state.raw<Filter>(ALL)
  /** Whether what was asked for has come. */
  begun = $state(false)
  /** Why the pictures could not be listed. */
  problem = $state('')
  readonly selection = new Selection()
  readonly details: Details
  private channel: ReturnType<Open> | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  /** What the pictures that are shown are of, and what one's own acts have made of that. */
  private state = 0
  private readonly own = new Map<number, number>()
  private heard = ''
  private asking: AbortController | null = null
  private turn: Promise<unknown> = Promise.resolve()

  constructor(
    readonly name: string,
    private readonly asked: Ask = ask,
    private readonly open: Open = openChannel,
  ) {
    this.details = new Details((pictures) => this.asked<CollectionPictures>('POST', `${this.path}/details`, { pictures }))
  }

  get path(): string {
    return pathOf(this.name)
  }

  thumbnail(hash: string, side: number): string {
    return `${this.path}/thumbnails/${hash}?side=${side}`
  }

  start(): void {
    this.channel ??= this.open(`${this.taught}/news`, {
      text: (text) => this.hear(JSON.parse(text) as TeachNews),
      state: (_, reason) => (this.problem ||= reason),
    })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
    clearTimeout(this.timer)
    this.asking?.abort()
  }

  /** List what passes a filter; what was listed stays until that has come. */
  async show(filter: Filter): Promise<void> {
    this.filter = filter
    this.asking?.abort()
    const asking = new AbortController()
    this.asking = asking
    try {
      const view = await this.asked<CollectionView>('GET', withQuery(this.path, asked(filter)), undefined, asking.signal)
      if (this.asking === asking) this.take(view)
    } catch (error) {
      if (this.asking === asking && !asking.signal.aborted) this.problem = sentence(error)
    } finally {
      if (this.asking === asking) this.begun = true
    }
  }

  /** Ask for everything anew. */
  async refresh(): Promise<void> {
    this.details.stale()
    await Promise.all([this.show(this.filter), this.look()])
  }

  /** Do one thing to the collection, unless somebody else has done something meanwhile; then all is asked anew.
   *
   * Throws Refused, with what happened meanwhile where it is 409. */
  change(kind: string, sent: object): Promise<CollectionChange> {
    const seen = this.state
    return this.after(async () => {
      const state = this.since(seen)
      const done = await this.asked<CollectionChange>('POST', `${this.path}/${kind}`, { ...sent, state })
      this.did(state, done.state)
      return done
    })
  }

  /** Undo acts, those of the last thing done if none are named, unless somebody else has done something meanwhile. */
  undo(named?: readonly number[]): Promise<void> {
    const seen = this.state
    return this.after(async () => {
      const acts = named ?? this.log.last?.numbers
      if (!acts) return
      // What the log does not know of yet may be the last act.
      const state = named ? this.since(seen) : Math.min(this.since(seen), this.log.state)
      const told = await this.asked<Acts>('POST', `${this.taught}/undo`, { acts, state })
      this.log.take(told)
      this.did(state, told.state, acts.length)
    })
  }

  private get taught(): string {
    return teachPathOf(this.name)
  }

  /** What was seen, with one's own acts since. */
  private since(seen: number): number {
    let state = seen
    for (let next = this.own.get(state); next !== undefined; next = this.own.get(state)) state = next
    return state
  }

  /** So many acts of one's own, which count as seen unless others came between them. */
  private did(before: number, after: number, acts = 1): void {
    if (after === before + acts) this.own.set(before, after)
  }

  private hear({ recogniser }: TeachNews): void {
    const heard = `${recogniser.state} ${recogniser.learning.version}`
    if (heard === this.heard) return
    this.heard = heard
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      void this.refresh()
    }, SOON)
  }

  private take(view: CollectionView): void {
    this.state = view.state
    this.total = view.total
    this.pictures = view.pictures
    this.problem = ''
    this.selection.show(view.pictures)
  }

  private async look(): Promise<void> {
    try {
      const [overview, acts] = await Promise.all([this.asked<CollectionOverview>('GET', `${this.path}/overview`), this.asked<Acts>('GET', `${this.taught}/acts`)])
      this.overview = overview
      this.log.take(acts)
    } catch (error) {
      this.problem = sentence(error)
    }
  }

  /** One after another, so that each knows of what was done before it. */
  private after<Result>(act: () => Promise<Result>): Promise<Result> {
    const next = this.turn.then(act)
    this.turn = next.then(
      () => this.refresh(),
      (error: unknown) => (error instanceof Refused && error.status === CONFLICT ? this.refresh() : undefined),
    )
    return next
  }
}
