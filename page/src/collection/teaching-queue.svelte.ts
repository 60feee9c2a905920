import { ask, sentence, type Ask } from '../api/http'
import type { Acts, QueueAnswered, QueuePicture, QueueView, RecogniserState, Shown } from '../records'
import { pathOf as teachPathOf } from '../teach/recogniser.svelte'
import { pathOf } from './collection.svelte'

export type Verdict = 'shows' | 'none' | 'skip'
const FEW = 5 // pictures left, at which more are asked for
const TOGETHER = 20 // files that are sent at once

/** What would teach most, asked one picture at a time; several people may answer. */
export class TeachingQueue {
  view = $state.raw<QueueView | null>(null)
  /** Those that are still to be asked, the first one now. */
  pictures = $state.raw<readonly QueuePicture[]>([])
  answered = $state(0)
  /** Whether an answer is on its way. */
  busy = $state(false)
  problem = $state('')
  /** What is said while files are sent. */
  sending = $state('')
  private last = $state.raw<QueueAnswered | null>(null)
  private readonly done = new Set<string>()

  constructor(
    readonly name: string,
    private readonly asking: Ask = ask,
  ) {}

  get first(): QueuePicture | undefined {
    return this.pictures[0]
  }

  get canUndo(): boolean {
    return this.last !== null
  }

  get path(): string {
    return pathOf(this.name)
  }

  /** Where the picture is had from; live ones lie in no collection yet. */
  source({ picture, live }: QueuePicture, side: number): string {
    return live ? `${this.path}/queue/pictures/${picture}` : `${this.path}/thumbnails/${picture}?side=${side}`
  }

  /** Ask anew; the picture that somebody looks at stays the first, or another would be answered. */
  async read(): Promise<void> {
    try {
      const view = await this.asking<QueueView>('GET', `${this.path}/queue`)
      const waiting = view.pictures.filter(({ picture }) => !this.done.has(picture))
      const here = waiting.find(({ picture }) => picture === this.first?.picture)
      this.view = view
      this.pictures = here ? [here, ...waiting.filter((each) => each !== here)] : waiting
      this.problem = ''
    } catch (error) {
      this.problem = sentence(error)
    }
  }

  /** Say what the first picture shows. Throws Refused, with what happened meanwhile where it is 409. */
  async answer(verdict: Verdict, labels: readonly string[] = []): Promise<void> {
    const { first, view } = this
    if (!first || !view || this.busy) return
    this.busy = true
    try {
      const sent = { picture: first.picture, verdict, labels, state: view.state }
      const done = await this.asking<QueueAnswered>('POST', `${this.path}/queue/answer`, sent)
      this.done.add(first.picture)
      this.last = done.act === null ? null : done
      if (verdict !== 'skip') this.answered += 1
      this.pictures = this.pictures.filter(({ picture }) => picture !== first.picture)
    } catch (error) {
      await this.read()
      throw error
    } finally {
      this.busy = false
    }
    if (this.pictures.length < FEW) await this.read()
  }

  /** Take back what was said last. */
  async undo(): Promise<void> {
    const { last } = this
    if (!last || this.busy) return
    this.last = null
    await this.asking<Acts>('POST', `${teachPathOf(this.name)}/undo`, { acts: [last.act], state: last.state })
    this.answered -= 1
    this.done.clear()
    await this.read()
  }

  /** Put pictures in of which nothing is said; the lines are of those that were refused. */
  async put(files: readonly File[]): Promise<readonly string[]> {
    const refused: string[] = []
    try {
      for (let begin = 0; begin < files.length; begin += TOGETHER) {
        this.sending = `${begin} of ${files.length} sent`
        const form = new FormData()
        files.slice(begin, begin + TOGETHER).forEach((file) => form.append('picture', file))
        refused.push(...(await this.asking<Shown>('POST', `${this.path}/pictures`, form)).refused)
      }
    } finally {
      this.sending = ''
      await this.read()
    }
    return refused
  }

  /** Let doubtful live pictures wait here, or no more; those that do are forgotten then. */
  async collect(on: boolean): Promise<void> {
    const { settings } = await this.asking<RecogniserState>('GET', teachPathOf(this.name))
    await this.asking('PUT', `${teachPathOf(this.name)}/settings`, { ...settings, collecting: on })
    await this.read()
  }
}
