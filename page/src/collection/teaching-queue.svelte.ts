import type { QueueAnswered, QueuePicture, QueueView, RecogniserState, Shown } from '../records'
import { pathOf as teachPathOf } from '../teach/recogniser.svelte'
import { AskedPictures } from './asked-pictures.svelte'

export type Verdict = 'shows' | 'none' | 'skip'
const TOGETHER = 20 // files that are sent at once

/** What would teach most, asked one picture at a time. */
export class TeachingQueue extends AskedPictures<QueuePicture, QueueView> {
  /** What is said while files are sent. */
  sending = $state('')

  /** Where the picture is had from; live ones lie in no collection yet. */
  source({ picture, live }: QueuePicture, side: number): string {
    return live ? `${this.path}/queue/pictures/${picture}` : `${this.path}/thumbnails/${picture}?side=${side}`
  }

  /** Say what the first picture shows. */
  answer(verdict: Verdict, labels: readonly string[] = []): Promise<void> {
    return this.say(({ picture }, state) => this.asking<QueueAnswered>('POST', `${this.path}/queue/answer`, { picture, verdict, labels, state }))
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

  protected ask(): Promise<QueueView> {
    return this.asking('GET', `${this.path}/queue`)
  }

  protected listed({ pictures }: QueueView): readonly QueuePicture[] {
    return pictures
  }
}
