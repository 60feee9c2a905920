import { ask, sentence, withQuery, type Ask } from '../api/http'
import type { SimilarPictures } from '../records'

/** The pictures that are most like one, of which some may be left out before they are tagged together. */
export class Similar {
  found = $state.raw<SimilarPictures | null>(null)
  leftOut = $state.raw<ReadonlySet<string>>(new Set())
  problem = $state('')
  private asking: AbortController | null = null

  constructor(
    private readonly path: string,
    private readonly hash: string,
    private readonly ask_: Ask = ask,
  ) {}

  /** This one, and those that are like it and were not left out. */
  get together(): readonly string[] {
    const like = this.found?.pictures.map(({ picture }) => picture) ?? []
    return [this.hash, ...like.filter((each) => !this.leftOut.has(each))]
  }

  /** Whether all of so many pictures, of which it is one, were held against it. */
  knowsAll(total: number): boolean {
    return (this.found?.compared ?? 0) + 1 >= total
  }

  async find(count: number): Promise<void> {
    this.asking?.abort()
    const asking = new AbortController()
    this.asking = asking
    try {
      this.found = await this.ask_<SimilarPictures>('GET', withQuery(`${this.path}/similar/${this.hash}`, { count }), undefined, asking.signal)
      this.problem = ''
    } catch (error) {
      if (!asking.signal.aborted) this.problem = sentence(error)
    }
  }

  toggle(hash: string): void {
    const next = new Set(this.leftOut)
    if (!next.delete(hash)) next.add(hash)
    this.leftOut = next
  }
}
