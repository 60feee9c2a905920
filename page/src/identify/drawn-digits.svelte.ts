import { Channel } from '../api/channel'
import { ask, type Ask } from '../api/http'
import type { DigitLearning, DigitNews, DigitVersion, Done, NumberAnswer } from '../records'
import type { Stroke } from './drawing.svelte'
import { base64 } from './paper'

type Open = (path: string, heard: ConstructorParameters<typeof Channel>[1]) => { close(): void }
type Render = (strokes: readonly Stroke[]) => Promise<Blob>

const MOST = 6

/** A drawing that was corrected on this page: what it is, and what it was and is read as. */
export interface Corrected {
  readonly strokes: readonly Stroke[]
  readonly right: string
  readonly was: string
  readonly now: string | null
}

export const read = ({ number, problem }: Pick<NumberAnswer, 'number' | 'problem'>): string => number ?? (problem === 'empty' ? 'empty' : 'no digit')

/** What was corrected, by whomever, and the network that learns from it. */
export class DrawnDigits {
  state = $state.raw<DigitLearning | null>(null)
  corrected = $state.raw<readonly Corrected[]>([])
  problem = $state('')
  private channel: { close(): void } | null = null
  private used: number | null = null

  constructor(
    private readonly render: Render,
    private readonly changed: () => void = () => {},
    private readonly asking: Ask = ask,
    private readonly open: Open = (path, heard) => new Channel(path, heard),
  ) {}

  get count(): number {
    return (this.state?.counts ?? []).reduce((sum, each) => sum + each, 0)
  }

  get inUse(): DigitVersion | null {
    return this.state?.versions.find(({ in_use }) => in_use) ?? null
  }

  start(): void {
    this.channel ??= this.open('/api/digit/news', {
      text: (text) => void this.hear((JSON.parse(text) as DigitNews).digits),
      state: (_, reason) => (this.problem = reason),
    })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
  }

  /** Whatever reads digits from now on is asked again for what was wrong. */
  async hear(state: DigitLearning): Promise<void> {
    const first = this.state === null
    this.state = state
    const used = this.inUse?.drawings ? this.inUse.number : null // the first is the one that was fetched
    if (used === this.used) return
    this.used = used
    if (first) return
    this.changed()
    await this.askAgain()
  }

  async keep(strokes: readonly Stroke[], right: string, was: string): Promise<string> {
    const picture = await base64(await this.render(strokes))
    const { done } = await this.asking<Done>('POST', '/api/digit/corrections', { picture, number: right })
    this.corrected = [{ strokes, right, was, now: null }, ...this.corrected].slice(0, MOST)
    return done
  }

  learn(): Promise<void> {
    return this.post('/api/digit/learning')
  }

  end(): Promise<void> {
    return this.post('/api/digit/learning/stop')
  }

  use(version: number): Promise<void> {
    return this.post(`/api/digit/versions/${version}/use`)
  }

  async takeOut(picture: string): Promise<void> {
    await this.hear(await this.asking<DigitLearning>('DELETE', `/api/digit/corrections/${picture}`))
  }

  private async post(path: string): Promise<void> {
    await this.hear(await this.asking<DigitLearning>('POST', path))
  }

  private async askAgain(): Promise<void> {
    for (const each of this.corrected) {
      const now = read(await this.asking<NumberAnswer>('POST', '/api/digit', await this.render(each.strokes)))
      this.corrected = this.corrected.map((one) => (one.strokes === each.strokes ? { ...one, now } : one))
    }
  }
}
