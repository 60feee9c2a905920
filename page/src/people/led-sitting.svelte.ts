import { openChannel, type Open } from '../api/channel'
import type { SittingNews } from '../records'

/** Somebody is led and photographed before a camera of the server; the pictures come here. */
export class LedSitting {
  news = $state.raw<SittingNews | null>(null)
  problem = $state('')
  private channel: ReturnType<Open> | null = null
  private number = 0

  constructor(
    private readonly camera: number,
    private readonly onpicture: (picture: File) => void,
    private readonly open: Open = openChannel,
  ) {}

  get prompt(): string {
    if (!this.news) return this.problem ? '' : 'One moment'
    const { prompt, over, taken, wanted } = this.news
    if (over && taken < wanted) return 'That was all the time there is.'
    return prompt[0]!.toUpperCase() + prompt.slice(1)
  }

  get remark(): string {
    const { fault = '', over = false, missing = '', trouble = '' } = this.news ?? {}
    if (!over) return fault
    if (!missing) return ''
    return `Missing: ${missing}${trouble ? `; most often: ${trouble}` : ''}.`
  }

  start(): void {
    this.channel ??= this.open(`/api/cameras/${this.camera}/sitting`, {
      binary: (png) => this.onpicture(new File([png], `sitting-${++this.number}.png`, { type: 'image/png' })),
      text: (text) => this.hear(JSON.parse(text) as SittingNews),
      state: (state, reason) => {
        if (state === 'refused') this.problem = reason
        if (state !== 'lost') return
        this.problem = 'The connection broke off; the pictures taken so far are here.'
        this.stop() // whoever sat does not sit there any more
      },
    })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
  }

  private hear(news: SittingNews): void {
    this.news = news
    if (news.over) this.stop()
  }
}
