import { fetched, sentence } from '../api/http'
import type { FrameLine } from '../records'
import { Summary, type Appearance } from './summary'

/** The results of a film as far as they are there; `lines` are kept as they came, for the file. */
export class FilmResults {
  appearances = $state.raw<Appearance[]>([])
  error = $state('')
  frames = $state(0)
  end = $state(0)
  private readonly summary = new Summary()
  private readonly parts: string[] = []
  private offset = 0
  private reading: Promise<void> = Promise.resolve()
  private next: Promise<void> | null = null

  constructor(
    private readonly id: string,
    private readonly get: typeof fetched = fetched,
  ) {}

  /** All that has come since the last time. What is being read already may have passed it by, so this follows that. */
  read(): Promise<void> {
    this.next ??= this.reading.then(() => {
      this.next = null
      return (this.reading = this.all())
    })
    return this.next
  }

  /** All results that are there by now. Throws what kept them from being read. */
  async file(): Promise<Blob> {
    await this.read()
    if (this.error) throw new Error(this.error)
    return new Blob(this.parts, { type: 'application/jsonl' })
  }

  private async all(): Promise<void> {
    try {
      while (await this.part());
      this.error = ''
    } catch (error) {
      this.error = sentence(error)
    }
  }

  private async part(): Promise<boolean> {
    const response = await this.get('GET', `/api/jobs/${this.id}/results?offset=${this.offset}`)
    const text = await response.text()
    if (!text) return false
    this.parts.push(text)
    const lines = text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as FrameLine)
    for (const line of lines) this.summary.add(line)
    this.frames += lines.length
    this.end = lines.at(-1)?.time ?? this.end
    this.appearances = this.summary.appearances
    const next = Number(response.headers.get('Next-Offset'))
    const further = next > this.offset
    this.offset = next
    return further
  }
}
