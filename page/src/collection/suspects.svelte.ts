import { ask, sentence, withQuery, type Ask } from '../api/http'
import type { Acts, CollectionChange, SettleSuspect, SuspectPicture, SuspectPictures } from '../records'
import { pathOf as teachPathOf } from '../teach/recogniser.svelte'
import { pathOf } from './collection.svelte'

export type Verdict = SettleSuspect['verdict']
const AT_ONCE = 50 // suspects that are asked for
const FEW = 5 // suspects left, at which more are asked for

/** Pictures whose tag is doubted, settled one at a time, the most suspicious first. */
export class Suspects {
  view = $state.raw<SuspectPictures | null>(null)
  /** Those that are still to be settled, the first one now. */
  pictures = $state.raw<readonly SuspectPicture[]>([])
  settled = $state(0)
  /** Whether a decision is on its way. */
  busy = $state(false)
  problem = $state('')
  private last = $state.raw<{ readonly act: CollectionChange['act']; readonly about: SuspectPicture } | null>(null)
  private state = 0
  private readonly passed = new Set<string>()

  constructor(
    readonly name: string,
    private readonly asking: Ask = ask,
  ) {}

  get first(): SuspectPicture | undefined {
    return this.pictures[0]
  }

  get canUndo(): boolean {
    return this.last !== null
  }

  source({ picture }: SuspectPicture, side: number): string {
    return `${pathOf(this.name)}/thumbnails/${picture}?side=${side}`
  }

  async read(): Promise<void> {
    try {
      const view = await this.asking<SuspectPictures>('GET', withQuery(`${pathOf(this.name)}/suspects`, { count: AT_ONCE + this.passed.size }))
      this.view = view
      this.state = view.state
      this.pictures = view.suspects.filter(({ picture }) => !this.passed.has(picture))
      this.problem = ''
    } catch (error) {
      this.problem = sentence(error)
    }
  }

  /** Decide about the first one; `label` is what it shows where it is not what it was taken for.
   *
   * Throws Refused, with what happened meanwhile where it is 409. */
  async settle(verdict: Verdict, label: string | null = null): Promise<void> {
    const { first } = this
    if (!first || this.busy) return
    this.busy = true
    try {
      const sent: SettleSuspect = { picture: first.picture, verdict, state: this.state, label }
      const { act, state } = await this.asking<CollectionChange>('POST', `${pathOf(this.name)}/settle`, sent)
      this.last = { act, about: first }
      this.state = state
      this.settled += 1
      this.pass()
    } catch (error) {
      await this.read()
      throw error
    } finally {
      this.busy = false
    }
    if (this.pictures.length < FEW) await this.read()
  }

  /** Leave the first one as it is. */
  pass(): void {
    const { first } = this
    if (!first) return
    this.passed.add(first.picture)
    this.pictures = this.pictures.slice(1)
  }

  /** Take back what was decided last, and ask about it again. */
  async undo(): Promise<void> {
    const { last } = this
    if (!last || this.busy) return
    this.last = null
    await this.asking<Acts>('POST', `${teachPathOf(this.name)}/undo`, { acts: [last.act], state: this.state })
    this.settled -= 1
    this.passed.clear()
    await this.read()
    this.pictures = [last.about, ...this.pictures.filter(({ picture }) => picture !== last.about.picture)]
  }
}
