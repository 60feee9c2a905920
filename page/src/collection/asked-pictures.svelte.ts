import { ask, sentence, type Ask } from '../api/http'
import type { Acts } from '../records'
import { pathOf as teachPathOf } from '../teach/recogniser.svelte'
import { pathOf } from './collection.svelte'

const FEW = 5 // pictures left, at which more are asked for

/** What an answer came to; one without an act leaves nothing to take back. */
interface Said {
  readonly state: number
  readonly act: number | null
}

/** Pictures that are asked about one at a time; several people may answer. */
export abstract class AskedPictures<Picture extends { readonly picture: string }, View extends { readonly state: number }> {
  view = $state.raw<View | null>(null)
  /** Those that are still to be asked about, the first one now. */
  pictures = $state.raw<readonly Picture[]>([])
  answered = $state(0)
  /** Whether an answer is on its way. */
  busy = $state(false)
  problem = $state('')
  protected last = $state.raw<{ readonly act: number; readonly state: number; readonly about: Picture } | null>(null)
  protected readonly done = new Set<string>()

  constructor(
    readonly name: string,
    protected readonly asking: Ask = ask,
  ) {}

  get first(): Picture | undefined {
    return this.pictures[0]
  }

  get canUndo(): boolean {
    return this.last !== null
  }

  get path(): string {
    return pathOf(this.name)
  }

  /** Ask anew; the picture that somebody looks at stays the first, or another would be answered. */
  async read(): Promise<void> {
    try {
      const view = await this.ask()
      const waiting = this.listed(view).filter(({ picture }) => !this.done.has(picture))
      const here = waiting.find(({ picture }) => picture === this.first?.picture)
      this.view = view
      this.pictures = here ? [here, ...waiting.filter((each) => each !== here)] : waiting
      this.problem = ''
    } catch (error) {
      this.problem = sentence(error)
    }
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

  protected abstract ask(): Promise<View>
  protected abstract listed(view: View): readonly Picture[]

  /** Say something of the first one, as of what was seen. Throws Refused, with what happened meanwhile where it is 409. */
  protected async say(send: (first: Picture, state: number) => Promise<Said>): Promise<void> {
    const { first, view } = this
    if (!first || !view || this.busy) return
    this.busy = true
    try {
      const { act, state } = await send(first, view.state)
      this.last = act === null ? null : { act, state, about: first }
      if (act !== null) this.answered += 1
      this.leave(first)
    } catch (error) {
      await this.read()
      throw error
    } finally {
      this.busy = false
    }
    await this.readOn()
  }

  protected leave({ picture }: Picture): void {
    this.done.add(picture)
    this.pictures = this.pictures.filter((each) => each.picture !== picture)
  }

  protected async readOn(): Promise<void> {
    if (this.pictures.length < FEW) await this.read()
  }
}
