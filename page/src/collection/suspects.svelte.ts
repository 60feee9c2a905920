import { withQuery } from '../api/http'
import type { CollectionChange, SettleSuspect, SuspectPicture, SuspectPictures } from '../records'
import { AskedPictures } from './asked-pictures.svelte'

export type Verdict = SettleSuspect['verdict']
const AT_ONCE = 50 // suspects that are asked for

/** Pictures whose tag is doubted, settled one at a time, the most suspicious first. */
export class Suspects extends AskedPictures<SuspectPicture, SuspectPictures> {
  source({ picture }: SuspectPicture, side: number): string {
    return `${this.path}/thumbnails/${picture}?side=${side}`
  }

  /** Decide about the first one; `label` is what it shows where it is not what it was taken for. */
  settle(verdict: Verdict, label: string | null = null): Promise<void> {
    return this.say(({ picture }, state) => this.asking<CollectionChange>('POST', `${this.path}/settle`, { picture, verdict, state, label } satisfies SettleSuspect))
  }

  /** Leave the first one as it is. */
  async pass(): Promise<void> {
    if (!this.first || this.busy) return
    this.leave(this.first)
    await this.readOn()
  }

  /** Take back what was decided last, and ask about it again at once, though what is learned now need not doubt it. */
  override async undo(): Promise<void> {
    const about = this.last?.about
    await super.undo()
    if (about && !this.last) this.pictures = [about, ...this.pictures.filter(({ picture }) => picture !== about.picture)]
  }

  protected ask(): Promise<SuspectPictures> {
    return this.asking('GET', withQuery(`${this.path}/suspects`, { count: AT_ONCE + this.done.size }))
  }

  protected listed({ suspects }: SuspectPictures): readonly SuspectPicture[] {
    return suspects
  }
}
